import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { filesBelow, read, root } from "./packages.ts";

/**
 * Every `ts` block of every README and guide runs, the blocks of a file as one program, in an empty folder.
 * A line `expression; // value` must give that value. A block fenced as `ts no-run` is for the eye only.
 */
const pages = [
  "README.md",
  ...filesBelow(join(root, "packages"), "README.md"),
  ...filesBelow(join(root, "examples"), "README.md"),
  ...filesBelow(join(root, "docs"), ".md").filter((path) => !path.startsWith("docs/api/")),
];
const folder = join(root, "test/.snippets");
mkdirSync(folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BLOCK = /^```ts\n([\s\S]*?)^```$/gm;
const IMPORT = /^import [\s\S]*?from "[^"]+";$/gm;
const RESULT =
  /^(\s*)(?!const |let |for |if |return |type |export )(\S.*); \/\/ (["'{[\d-].*|true|false|null)$/gm;

function programOf(page: string): string | undefined {
  const blocks = [...read(page).matchAll(BLOCK)].map((match) => match[1]!);
  if (blocks.length === 0) return undefined;
  const text = blocks.join("\n");
  const body = text
    .replace(IMPORT, "")
    .replace(
      RESULT,
      (_, indent: string, expression: string, value: string) =>
        `${indent}__shows(${expression}, ${JSON.stringify(value)});`,
    );
  return [mergedImports(text), CHECK, body].join("\n");
}

/** The blocks of a page import what they show; as one program each name may come once. */
function mergedImports(text: string): string {
  const names = new Map<string, Set<string>>();
  const whole = new Set<string>();
  for (const [statement] of text.matchAll(IMPORT)) {
    const match = /^import \{([\s\S]*)\} from "([^"]+)";$/.exec(statement);
    if (!match) {
      whole.add(statement);
      continue;
    }
    const list = names.get(match[2]!) ?? new Set();
    for (const name of match[1]!.split(",")) if (name.trim()) list.add(name.trim());
    names.set(match[2]!, list);
  }
  return [
    ...whole,
    ...[...names].map(([from, list]) => `import { ${[...list].join(", ")} } from "${from}";`),
  ].join("\n");
}

const CHECK = `import { inspect as __inspect } from "node:util";
function __shows(value: unknown, shown: string): void {
  const options = { breakLength: Infinity, compact: true, depth: 10, numericSeparator: false } as const;
  const plain = (text: string) => text.replace(/_(?=\\d{3})/g, "").replace(/'/g, '"').replace(/\\s+/g, " ").replace(/(?<=[[{]) | (?=[\\]}])/g, "");
  const given = plain(__inspect(value, options)).replace(/^[A-Z]\\w* (?=[{<])/, "");
  if (given !== plain(shown)) throw new Error("shown " + shown + ", but it is " + given);
}`;

describe("the code on the page", () => {
  for (const page of pages) {
    const program = programOf(page);
    if (program === undefined) continue;
    it(`of ${page} runs and gives what it shows`, { timeout: 120_000 }, () => {
      const file = join(
        folder,
        `${dirname(page).replaceAll("/", "-")}-${basename(page, ".md")}.ts`,
      );
      writeFileSync(file, program);
      const cwd = mkdtempSync(join(tmpdir(), "lakewright-readme-"));
      const run = spawnSync(process.execPath, ["--conditions=@lakewright/source", file], {
        cwd,
        encoding: "utf8",
      });
      rmSync(cwd, { recursive: true, force: true });
      expect(run.status, `${run.stdout}${run.stderr}`).toBe(0);
    });
  }
});
