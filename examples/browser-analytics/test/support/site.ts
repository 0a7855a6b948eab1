import type { LakeTable } from "@lakewright/lake";
import { localStore } from "@lakewright/lake/node";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPage } from "../../src/build-page.ts";
import { buildSample } from "../../src/sample/build-sample.ts";
import { type Served, serveFolders } from "../../src/serve.ts";

/** The page and a small sample, built and served; everything served is written down. */
export interface Site {
  readonly url: string;
  readonly folder: string;
  readonly sample: LakeTable;
  readonly served: Served[];
  close(): Promise<void>;
}

export async function buildSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), "lakewright-site-"));
  const [site, lake] = [join(folder, "site"), join(folder, "lake")];
  await buildPage(site);
  const sample = await buildSample(localStore(join(lake, "sales")), { rowsPerFile: 1_500 });
  const served: Served[] = [];
  const server = await serveFolders(
    { "/": site, "/lake/": lake },
    { port: 0, onServed: (one) => served.push(one) },
  );
  return {
    url: server.url,
    folder,
    sample: sample as unknown as LakeTable,
    served,
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Bytes of data files that were served. */
export function dataBytes(served: readonly Served[]): number {
  return served
    .filter(({ method, path }) => method === "GET" && path.startsWith("/lake/"))
    .filter(({ path }) => !path.includes("/_delta_log/"))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}
