import fc from "fast-check";
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { type TarEntry, tarPieces } from "../page/keep/tar.ts";

/** The files of an archive, as GNU tar finds them. */
function unpacked(archive: Uint8Array, path: string): Buffer {
  const done = spawnSync("tar", ["xOf", "-", path], { input: archive, maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(done.stderr.toString());
  return done.stdout;
}

const entry = (path: string, data: string | Uint8Array): TarEntry => ({
  path,
  data: typeof data === "string" ? Buffer.from(data) : data,
  modifiedMs: Date.UTC(2026, 0, 1),
});

describe("tarPieces", () => {
  it("makes archives tar lists: paths, sizes and days", () => {
    const long = `sales/${"deep/".repeat(25)}month=2025-01/${"x".repeat(90)}.parquet`;
    const archive = Buffer.concat([
      ...tarPieces([
        entry("sales/_delta_log/00000000000000000000.json", "{}"),
        entry(long, "abc"),
        entry("empty", ""),
      ]),
    ]);
    const done = spawnSync("tar", ["tvf", "-", "--utc"], { input: archive, encoding: "utf8" });
    expect(done.stderr).toBe("");
    expect(
      done.stdout
        .trim()
        .split("\n")
        .map((line) => line.split(/\s+/).slice(2).join(" ")),
    ).toEqual([
      "2 2026-01-01 00:00 sales/_delta_log/00000000000000000000.json",
      `3 2026-01-01 00:00 ${long}`,
      "0 2026-01-01 00:00 empty",
    ]);
  });

  it("keeps every byte, whatever the length", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 1500 }), { minLength: 1, maxLength: 4 }),
        (files) => {
          const archive = Buffer.concat([
            ...tarPieces(files.map((data, k) => entry(`t/${k}`, data))),
          ]);
          expect(archive.length % 512).toBe(0);
          for (const [k, data] of files.entries()) {
            expect(unpacked(archive, `t/${k}`).equals(Buffer.from(data))).toBe(true);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it("refuses a path the format has no room for", () => {
    expect(() => [...tarPieces([entry("x".repeat(101), "")])]).toThrow(
      "too long for a tar archive",
    );
  });
});
