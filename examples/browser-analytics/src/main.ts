import { localStore } from "@lakewright/lake/node";
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildPage } from "./build-page.ts";
import { buildSample } from "./sample/build-sample.ts";
import { serveFolders } from "./serve.ts";

const usage = `npm run example:browser [-- options]

  --out DIR      where the sample and the page go; default .demo/browser
  --port N       default 4173
  --build-only   builds and ends`;

const { values } = parseArgs({
  options: {
    out: { type: "string", default: ".demo/browser" },
    port: { type: "string", default: "4173" },
    "build-only": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(`${usage}\n`);
} else {
  const out = resolve(values.out);
  const [lake, site] = [join(out, "lake"), join(out, "site")];
  await makeSample(join(lake, "sales"));
  process.stdout.write(`- page         ${site}\n`);
  await buildPage(site);
  if (!values["build-only"]) {
    const { url } = await serveFolders(
      { "/": site, "/lake/": lake },
      { port: Number(values.port) },
    );
    process.stdout.write(`\n${url}\n`);
  }
}

/** The sample is made once: elsewhere first, so that one that is there is whole. */
async function makeSample(folder: string): Promise<void> {
  if (existsSync(folder)) {
    process.stdout.write("- sample       there already\n");
    return;
  }
  const half = `${folder}.half`;
  await rm(half, { recursive: true, force: true });
  await buildSample(localStore(half), {
    onVersion: (version, what) =>
      process.stdout.write(`- version ${String(version).padEnd(4)} ${what}\n`),
  });
  await rename(half, folder);
}
