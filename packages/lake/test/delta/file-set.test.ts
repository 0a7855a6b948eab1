import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../../../test/runs.ts";
import type { AddFile } from "../../src/delta/log/actions.ts";
import { parseCommit } from "../../src/delta/log/commit-json.ts";
import { scanCommit } from "../../src/delta/log/commit-scan.ts";
import { fileKey } from "../../src/delta/file-set/file-key.ts";
import { FileSet } from "../../src/delta/file-set/file-set.ts";
import { LogState } from "../../src/delta/log/log-state.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const path = fc.oneof(
  fc.constantFrom("a", "b", "p=1/c", "%25", "a%20b", "file:/x", "file:///x", "/x", "é", 'q"', "\\"),
  fc.string({ maxLength: 4 }),
);
const vector = fc.record({
  storageType: fc.constantFrom("u", "i"),
  pathOrInlineDv: fc.string({ maxLength: 3 }),
  sizeInBytes: fc.nat(),
  cardinality: fc.nat(),
  offset: fc.option(fc.nat(), { nil: undefined }),
});
const junk = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined));
const fields = fc.record(
  {
    path: fc.oneof({ weight: 9, arbitrary: path }, { weight: 1, arbitrary: junk }),
    partitionValues: fc.oneof(
      fc.dictionary(fc.string({ maxLength: 2 }), fc.option(fc.string({ maxLength: 2 }))),
      junk,
    ),
    size: fc.oneof({ weight: 9, arbitrary: fc.nat() }, { weight: 1, arbitrary: junk }),
    modificationTime: fc.oneof({ weight: 9, arbitrary: fc.nat() }, { weight: 1, arbitrary: junk }),
    dataChange: fc.boolean(),
    stats: fc.option(fc.oneof(fc.constant('{"numRecords":1}'), fc.string())),
    tags: fc.option(fc.dictionary(fc.string({ maxLength: 2 }), fc.string({ maxLength: 2 }))),
    deletionVector: fc.option(vector),
    baseRowId: fc.option(fc.oneof(fc.nat(), fc.double())),
    unknown: junk,
  },
  { requiredKeys: ["path", "size"] },
);
const space = fc.constantFrom("", "", "", " ", "\t", "\r");
const line = fc
  .tuple(fc.constantFrom("add", "add", "add", "remove", "remove", "txn", "other"), fields, space)
  .map(([kind, value, blank]) => {
    const body = kind === "txn" ? { appId: "a", version: 1 } : value;
    return `${blank}${JSON.stringify({ [kind]: body })}${blank}`;
  });

/** The state by the full parser and maps, as it is told by the protocol. */
function replayed(commits: readonly Uint8Array[]): Map<string, AddFile> {
  const files = new Map<string, AddFile>();
  for (const commit of commits) {
    const actions = parseCommit(commit, "commit");
    for (const { remove } of actions) if (remove) files.delete(fileKey(remove));
    for (const { add } of actions) if (add) files.set(fileKey(add), add);
  }
  return files;
}

function scanned(commits: readonly Uint8Array[]): LogState {
  const state = new LogState();
  commits.forEach((commit, k) => state.applyScanned(BigInt(k), scanCommit(commit, "commit")));
  return state;
}

/** What a function returns, or the message of what it throws. */
function outcome<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    return (error as Error).message;
  }
}

function byKey(files: Iterable<AddFile>): [string, AddFile][] {
  return Array.from(files, (add): [string, AddFile] => [fileKey(add), add]).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
}

describe("the scan of commits", () => {
  test("gives what the full parser gives, or its error", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(line, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 }),
        (commits) => {
          const bytes = commits.map((lines) => bytesOf(lines.join("\n")));
          const wanted = outcome(() => byKey(replayed(bytes).values()));
          const found = outcome(() => byKey(scanned(bytes).files.values()));
          expect(found).toEqual(wanted);
        },
      ),
      { numRuns: runs(1500) },
    );
  });

  test("takes no line that the full parser refuses, whichever byte is broken", () => {
    const good = `{"add":{"path":"p=1/a","partitionValues":{"p":"1"},"size":12,"modificationTime":1,"dataChange":true,"stats":"{\\"numRecords\\":1,\\"x\\":\\"\\u00e9\\"}","tags":null,"deletionVector":null,"baseRowId":7}}`;
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.oneof(fc.constantFrom(...'{}[]",:\\/0-.eEnul \t\n'), fc.string({ maxLength: 2 })),
        fc.boolean(),
        (at, by, replaces) => {
          const broken = good.slice(0, at) + by + good.slice(replaces ? at + 1 : at);
          const bytes = [bytesOf(broken)];
          const wanted = outcome(() => byKey(replayed(bytes).values()));
          const found = outcome(() => byKey(scanned(bytes).files.values()));
          expect(found).toEqual(wanted);
        },
      ),
      { numRuns: runs(2500) },
    );
  });

  test("never ends in anything but an answer or a typed error for bytes that are no commit", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        try {
          scanned([bytes]);
        } catch (error) {
          expect(error).toMatchObject({ code: "LAKE_CORRUPT_LOG" });
        }
      }),
      { numRuns: runs(2000) },
    );
  });
});

describe("FileSet", () => {
  const fileOf = (name: string, day = "1"): AddFile => ({
    path: name,
    partitionValues: { day },
    size: 1,
    modificationTime: 0,
    dataChange: true,
  });

  test("agrees with a map through any changes, and gives memory back", () => {
    const step = fc.tuple(fc.boolean(), fc.nat(30));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const set = new FileSet<AddFile>();
        const map = new Map<string, AddFile>();
        for (const [adds, n] of steps) {
          const file = fileOf(`f${n}`);
          if (adds) {
            set.set(file);
            map.set(file.path, file);
          } else expect(set.delete(file.path)).toBe(map.delete(file.path));
          expect(set.size).toBe(map.size);
          expect(set.get(file.path)).toEqual(map.get(file.path));
          expect(set.has(file.path)).toBe(map.has(file.path));
        }
        set.clean();
        expect(byKey(set.values())).toEqual(byKey(map.values()));
      }),
    );
    const set = new FileSet<AddFile>();
    for (let k = 0; k < 10_000; k++) set.set(fileOf(`f${k}`, String(k % 7)));
    for (let k = 0; k < 9000; k++) set.delete(`f${k}`);
    const before = [...set.values()];
    set.clean();
    expect([...set.values()]).toEqual(before);
    expect(set.get("f9500")).toEqual(fileOf("f9500", String(9500 % 7)));
  });

  test("a list stays as it was, and asks for each partition once", () => {
    const set = new FileSet<AddFile>();
    for (let k = 0; k < 100; k++) set.set(fileOf(`f${k}`, String(k % 4)));
    const list = set.list();
    for (let k = 0; k < 50; k++) set.delete(`f${k}`);
    set.set(fileOf("new"));
    expect(list.size).toBe(100);
    const asked: unknown[] = [];
    const kept = [
      ...list.ofPartitions(({ day }) => {
        asked.push(day);
        return day === "2";
      }),
    ];
    expect(asked).toHaveLength(4);
    expect(kept.filter((file) => file !== undefined)).toHaveLength(25);
    expect(set.size).toBe(51);
  });
});
