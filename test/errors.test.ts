import { describe, expect, it } from "vitest";
import { packages, read } from "./packages.ts";

describe.each(packages)("the errors of $name", ({ name }) => {
  it("are a closed list, each explained in a table of the README", async () => {
    const entry = (await import(`@lakewright/${name}`)) as Readonly<Record<string, unknown>>;
    const list = entry[`${name}ErrorCodes`] as readonly string[];
    expect(list.length).toBeGreaterThan(0);
    const readme = read(`packages/${name}/README.md`);
    for (const code of list) {
      expect(code).toMatch(new RegExp(`^${name.toUpperCase()}_[A-Z_0-9]+$`));
      expect(readme, `${code} in the README of ${name}`).toMatch(
        new RegExp(`^\\| \`${code}\` +\\| \\S`, "m"),
      );
    }
  });
});
