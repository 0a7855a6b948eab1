import { isBuiltin } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow, packages, read } from "./packages.ts";

/** Who may import whom; ARCHITECTURE.md draws it. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  sql: ["core"],
  lake: ["core"],
  stream: ["core"],
  ml: ["core"],
  warehouse: ["core", "sql"],
  quality: ["core", "sql"],
  reconcile: ["core", "sql"],
};

const IMPORT = /^(?:import|export)\b(?:[^;"=]*\bfrom)? "([^"]+)";|\bimport\("([^"]+)"\)/gm;
const importsOf = (path: string): string[] =>
  [...read(path).matchAll(IMPORT)].map((match) => match[1] ?? match[2]!);
const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

describe.each(packages)("package $name", ({ name, folder, manifest }) => {
  const sources = filesBelow(join(folder, "src"), ".ts");

  it("imports only the packages below it", () => {
    const may = allowed[name]!.map((other) => `@lakewright/${other}`);
    for (const path of sources) {
      const ours = importsOf(path).filter((specifier) => specifier.startsWith("@lakewright/"));
      for (const specifier of ours)
        expect(may, `${path} imports ${specifier}`).toContain(packageOf(specifier));
    }
    const named = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    for (const dependency of named.filter((dependency) => dependency.startsWith("@lakewright/"))) {
      expect(may, `package.json of ${name}`).toContain(dependency);
    }
  });

  it("declares everything it imports", () => {
    const declared = new Set(
      Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
    );
    for (const path of sources) {
      for (const specifier of importsOf(path)) {
        if (specifier.startsWith(".") || isBuiltin(specifier)) continue;
        expect(declared, `${path} imports ${specifier}`).toContain(packageOf(specifier));
      }
    }
  });

  it("has a main entry that browsers can load: no Node module is reached from it", () => {
    const seen = new Set<string>();
    const visit = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      for (const specifier of importsOf(path)) {
        expect(isBuiltin(specifier), `${path} imports ${specifier}`).toBe(false);
        if (specifier.startsWith(".")) visit(join(path, "..", specifier));
      }
    };
    visit(join("packages", name, "src/index.ts"));
  });

  it("keeps its files small", () => {
    const lengths = sources
      .map((path) => ({ path, lines: read(path).split("\n").length }))
      .sort((a, b) => b.lines - a.lines);
    const over = (limit: number): string[] =>
      lengths.filter((file) => file.lines > limit).map((file) => `${file.path}: ${file.lines}`);
    expect(over(500)).toEqual([]);
    expect(over(300).length, over(300).join(", ")).toBeLessThanOrEqual(sources.length / 10);
    if (sources.length >= 5) expect(lengths[lengths.length >> 1]!.lines).toBeLessThanOrEqual(120);
  });

  it("never prints or draws unseeded numbers, and reads the machine's clock in clock.ts only", () => {
    const forbidden = /\bconsole\.|\bMath\.random\(|\bDate\.now\(|\bnew Date\(\)/;
    for (const path of sources.filter((path) => !path.endsWith("/clock.ts"))) {
      const line = read(path)
        .split("\n")
        .find((text) => forbidden.test(text) && !/^\s*(\*|\/\/|\/\*)/.test(text));
      expect(line, path).toBeUndefined();
    }
  });
});
