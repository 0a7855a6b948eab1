import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packages, read } from "./packages.ts";

const versions = new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]));

describe.each(packages)("the manifest of $name", ({ name, folder, manifest }) => {
  it("is ESM, Apache-2.0, free of side effects, for Node 22.12 and later", () => {
    expect(manifest).toMatchObject({
      name: `@lakewright/${name}`,
      type: "module",
      license: "Apache-2.0",
      sideEffects: false,
      engines: { node: ">=22.12" },
    });
    expect(manifest.files).toEqual(expect.arrayContaining(["dist", "src", "README.md"]));
  });

  it("offers every entry from source first, then types, then the build", () => {
    for (const [entry, target] of Object.entries(manifest.exports)) {
      if (typeof target === "string") continue;
      expect(Object.keys(target), entry).toEqual(["@lakewright/source", "types", "default"]);
      expect(existsSync(join(folder, target["@lakewright/source"]!)), `${entry} has a source`).toBe(
        true,
      );
      const file = target["@lakewright/source"]!.replace("./src/", "").replace(/\.ts$/, "");
      expect(target["default"]).toBe(`./dist/${file}.js`);
      expect(target["types"]).toBe(`./dist/${file}.d.ts`);
      expect(read(`packages/${name}/tsup.config.ts`), entry).toContain(`"src/${file}.ts"`);
    }
  });

  it("depends on our own packages at exactly their version", () => {
    for (const [dependency, range] of Object.entries(manifest.dependencies ?? {})) {
      if (dependency.startsWith("@lakewright/"))
        expect(range, dependency).toBe(versions.get(dependency));
    }
  });

  it("takes apache-arrow from the application, and drivers as optional peers", () => {
    expect(manifest.dependencies ?? {}).not.toHaveProperty("apache-arrow");
    expect(manifest.peerDependencies).toHaveProperty("apache-arrow");
    for (const peer of Object.keys(manifest.peerDependencies ?? {})) {
      if (peer !== "apache-arrow")
        expect(manifest.peerDependenciesMeta?.[peer], peer).toEqual({ optional: true });
    }
  });
});

it("one Node runs every script", () => {
  const manifest = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
  expect(manifest.devDependencies["node"]).toMatch(/^24\./);
});
