import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { build, type Rolldown } from "vite";
import { beforeAll, describe, expect, test } from "vitest";

const KB = 1000;
const reader = `
  import { httpStore, openTable } from "@lakewright/lake";
  export async function read(url) {
    const table = await openTable(httpStore(url));
    for await (const batch of table.scan()) console.log(batch.numRows);
  }`;

/** What a page loads before it can read a table: the chunks that are imported at once. */
interface Loaded {
  readonly gzip: number;
  readonly modules: readonly string[];
}

async function bundle(code: string, external: readonly string[] = []): Promise<Loaded> {
  const entry = "\0entry";
  const built = (await build({
    root: join(import.meta.dirname, ".."),
    configFile: false,
    logLevel: "silent",
    resolve: { conditions: ["@lakewright/source", "browser", "import", "module", "default"] },
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === "entry" ? entry : undefined),
        load: (id) => (id === entry ? code : undefined),
      },
    ],
    build: {
      write: false,
      target: "es2023",
      rolldownOptions: {
        input: "entry",
        external: [...external],
        preserveEntrySignatures: "strict",
      },
    },
  })) as Rolldown.RolldownOutput;
  const chunks = new Map(
    built.output.flatMap((one) => (one.type === "chunk" ? [[one.fileName, one] as const] : [])),
  );
  const first = [...chunks.values()].find(({ isEntry }) => isEntry)!;
  const seen = new Set([first]);
  for (const chunk of seen) {
    for (const name of chunk.imports) {
      const imported = chunks.get(name);
      if (imported) seen.add(imported);
    }
  }
  return {
    gzip: [...seen].reduce((sum, { code: text }) => sum + gzipSync(text, { level: 9 }).length, 0),
    modules: [...seen].flatMap(({ modules }) =>
      Object.entries(modules)
        .filter(([, { renderedLength }]) => renderedLength > 0)
        .map(([path]) => path),
    ),
  };
}

describe("a page that reads a table over HTTP", () => {
  let whole: Loaded;
  let ours: Loaded;
  beforeAll(async () => {
    whole = await bundle(reader);
    ours = await bundle(reader, ["apache-arrow"]);
  });

  test("loads at most 75 kB, gzip, beside apache-arrow", () => {
    expect(ours.gzip).toBeLessThan(75 * KB);
  });

  test("loads at most 90 kB, gzip, with apache-arrow", () => {
    expect(whole.gzip).toBeLessThan(90 * KB);
  });

  test.each([
    [
      "the writers",
      /lake\/src\/(write|change|merge|alter|upkeep|parquet\/writer|parquet\/encode\/pages)/,
    ],
    ["what evaluates expressions", /src\/(expression\/(bind|parse|functions)|rules)/],
    ["decompressors in JavaScript", /hyparquet-compressors/],
    ["other stores and the readers of text", /store\/(s3|azure|local|browser)|src\/text\//],
    ["what checks schemas of others", /node_modules\/zod/],
  ])("loads later, or never: %s", (_, pattern) => {
    expect(whole.modules.filter((path) => pattern.test(path))).toEqual([]);
  });
});
