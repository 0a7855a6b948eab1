import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { defineTable, int64 } from "@lakewright/core";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../test/runs.ts";
import {
  definePipeline,
  json,
  memorySink,
  type PipelineProgress,
  runPipelines,
} from "../../src/index.ts";
import { fileSource, type FileSourceOptions } from "../../src/node.ts";
import { readAll } from "../support/read-all.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = tempFolder();
let count = 0;

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, `${++count}-${name}`);
  writeFileSync(path, content);
  return path;
}

async function values(path: string, options?: FileSourceOptions): Promise<unknown[]> {
  return (await readAll(fileSource(path, options))).records.map((record) => record.value);
}

describe("lines of a file", () => {
  it("end with LF or CRLF, the last one also without; blank ones are left out", async () => {
    const path = write("a.ndjson", '{"a":1}\r\n\n  \n{"a":2}\n{"a":"é"}');
    const { records, next } = await readAll(fileSource(path));
    expect(records.map((record) => record.value)).toEqual(['{"a":1}', '{"a":2}', '{"a":"é"}']);
    expect(records.map((record) => record.line)).toEqual([1, 4, 5]);
    expect(records.map((record) => record.offset)).toEqual([0n, 13n, 21n]);
    expect([...next.values()]).toEqual([31n]);
  });

  it("come without the byte order mark", async () => {
    expect(await values(write("bom.jsonl", "\uFEFF{}\n"))).toEqual(["{}"]);
  });

  it.each(["", "\n", "\uFEFF", " \r\n\r\n"])("are none in %j", async (text) => {
    expect(await values(write("empty.ndjson", text))).toEqual([]);
  });

  it("are the same packed with gzip or zstd, whatever the name", async () => {
    const text = Array.from({ length: 40_000 }, (_, k) => `{"n":${k},"t":"ä${k}"}\n`).join("");
    const plain = await readAll(fileSource(write("p.ndjson", text)));
    expect(plain.records).toHaveLength(40_000);
    const two = Buffer.concat([gzipSync(text.slice(0, 5000)), gzipSync(text.slice(5000))]);
    for (const path of [
      write("p.ndjson.gz", gzipSync(text)),
      write("two-members.ndjson.gz", two),
      write("p.ndjson.zst", zstdCompressSync(text)),
      write("packed.ndjson", gzipSync(text)),
    ]) {
      const packed = await readAll(fileSource(path));
      // So many records: toEqual takes seconds.
      expect(isDeepStrictEqual(packed.records, plain.records)).toBe(true);
    }
  });

  it("of bytes that are no UTF-8 come as bytes", async () => {
    const path = write("bad.ndjson", Buffer.from([0x61, 0xff, 0x0a, 0xc3, 0xa9, 0x0a]));
    expect(await values(path)).toEqual([Uint8Array.from([0x61, 0xff]), "é"]);
  });

  it.each(["inside one buffer", "over several buffers"])(
    "that are too long are problems, their neighbours are kept (%s)",
    async (where) => {
      const length = where === "inside one buffer" ? 5000 : 3_000_000;
      const path = write("long.ndjson", `{"a":1}\n"${"x".repeat(length)}"\n{"a":2}\n`);
      const { records } = await readAll(fileSource(path, { maxRecordBytes: 1000 }));
      expect(records.map((record) => record.problem?.code)).toEqual([
        undefined,
        "RECORD_TOO_LONG",
        undefined,
      ]);
      expect(records[1]!.problem!.reason).toContain(`has ${length + 2} bytes`);
      expect(records[1]!.value!.length).toBeLessThanOrEqual(64 * 1024);
      expect(records.map((record) => record.line)).toEqual([1, 2, 3]);
      expect(records[2]!.value).toBe('{"a":2}');
    },
  );
});

describe("encodings", () => {
  it("windows-1252 and iso-8859-1 differ from 0x80 to 0x9f", async () => {
    const path = write("w.ndjson", Buffer.from([0x80, 0xe9, 0x0a]));
    expect(await values(path, { encoding: "windows-1252" })).toEqual(["€é"]);
    expect(await values(path, { encoding: "iso-8859-1" })).toEqual(["\u0080é"]);
  });

  it("utf-16le is read, with or without its mark, also where a byte of a character is a line feed", async () => {
    const text = 'a,b\n"x\ny",Ċ਀\n'; // U+010A and U+0A00 hold the byte 0x0a
    for (const mark of ["", "\uFEFF"]) {
      const path = write("u.csv", Buffer.from(mark + text, "utf16le"));
      const { records } = await readAll(fileSource(path, { encoding: "utf-16le" }));
      expect(records.map((record) => record.value)).toEqual(['"x\ny",Ċ਀']);
    }
  });

  it("a mark of UTF-16 is an error that names the option", async () => {
    const path = write("u.csv", Buffer.from("\uFEFFa,b\n", "utf16le"));
    await expect(values(path)).rejects.toMatchObject({
      code: "STREAM_FILE_CORRUPT",
      hint: expect.stringContaining("utf-16le"),
    });
    const odd = write("o.csv", Buffer.from([0x61, 0x00, 0x62]));
    await expect(values(odd, { encoding: "utf-16le" })).rejects.toMatchObject({
      code: "STREAM_FILE_CORRUPT",
    });
  });
});

describe("CSV records", () => {
  it("hold line ends inside quotes, and the line where they begin", async () => {
    const path = write("q.csv", 'id,note\r\n1,"two\r\nlines"\r\n2,"a ""quote"""\r\n3,plain');
    const { records } = await readAll(fileSource(path));
    expect(records.map((record) => record.value)).toEqual([
      '1,"two\r\nlines"',
      '2,"a ""quote"""',
      "3,plain",
    ]);
    expect(records.map((record) => record.line)).toEqual([2, 4, 5]);
    expect(records[0]!.csv).toEqual({
      source: path,
      columns: ["id", "note"],
      delimiter: ",",
      quote: '"',
    });
    expect(records[0]!.csv).toBe(records[2]!.csv);
  });

  it("take the delimiter of .tsv, and none is a header where header is false", async () => {
    const tsv = await readAll(fileSource(write("t.tsv", "a\tb\n1\t2\n")));
    expect(tsv.records[0]!.csv!.columns).toEqual(["a", "b"]);
    const bare = write("bare.csv", "1;2\n3;4\n");
    const read = await readAll(fileSource(bare, { csv: { header: false, delimiter: ";" } }));
    expect(read.records.map((record) => record.csv!.columns)).toEqual([undefined, undefined]);
  });

  it.each(["", "id,note\n", "id,note"])("are none in %j", async (text) => {
    expect(await values(write("none.csv", text))).toEqual([]);
  });

  it("that end inside quotes are a problem", async () => {
    const { records } = await readAll(fileSource(write("open.csv", 'a,b\n1,2\n3,"open\n4,5\n')));
    expect(records.map((record) => record.problem?.code)).toEqual([
      undefined,
      "UNTERMINATED_QUOTE",
    ]);
  });

  it.each([
    ["a,b,a\n1,2,3\n", /names "a" twice/],
    ['a,"b\n', /cannot be read/],
  ])("of a header %j are an error", async (text, message) => {
    await expect(values(write("h.csv", text))).rejects.toMatchObject({
      code: "STREAM_CSV_HEADER",
      message: expect.stringMatching(message),
    });
  });

  it("are those csv-parse finds, whatever the fields hold", async () => {
    const field = fc.string({
      unit: fc.constantFrom("a", "é", "😀", ",", '"', "\n", "\r\n", " ", ";"),
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(field, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 20 }),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        async (rows, end, last) => {
          const quoted = (text: string): string =>
            /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
          const lines = [["x", "y"], ...rows].map((row) => row.map(quoted).join(","));
          const text = lines.join(end) + (last ? end : "");
          const expected = (parse(text, { columns: false }) as string[][]).slice(1);
          const { records } = await readAll(fileSource(write("p.csv", text)));
          const found = records.map(
            (record) => (parse(`${record.value as string}\n`) as string[][])[0],
          );
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: runs(150) },
    );
  });
});

describe("a restart", () => {
  const texts = {
    "r.ndjson": Array.from({ length: 300 }, (_, k) => `{"n":${k},"é":"${"x".repeat(k)}"}\n`).join(
      "",
    ),
    "r.csv": `n,t\n${Array.from({ length: 300 }, (_, k) => `${k},"a\n""${k}"\r\n`).join("")}`,
  };

  it.each(Object.entries(texts))("goes on at any record of %s", async (name, text) => {
    for (const pack of [(t: string) => Buffer.from(t), gzipSync]) {
      const path = write(name, pack(text));
      const all = await readAll(fileSource(path));
      expect(all.records.length).toBe(300);
      const [partition] = all.partitions;
      for (const k of [0, 1, 17, 150, 299]) {
        const from = new Map([[partition!, all.records[k]!.offset]]);
        const rest = await readAll(fileSource(path), from);
        expect(rest.records).toEqual(all.records.slice(k));
      }
      const atEnd = await readAll(fileSource(path), all.next);
      expect(atEnd.records).toEqual([]);
    }
  });

  it("reads what a file has grown by, also after a last line without its end", async () => {
    const path = write("grow.ndjson", '{"n":1}\n{"n":2}');
    const first = await readAll(fileSource(path));
    appendFileSync(path, '\n{"n":3}\n');
    const second = await readAll(fileSource(path), first.next);
    expect(second.records.map((record) => record.value)).toEqual(['{"n":3}']);
    expect(second.records[0]!.line).toBe(3);
  });

  it("refuses a file that was cut, replaced, or has grown inside its last record", async () => {
    const path = write("change.ndjson", '{"n":1}\n{"n":2}\n');
    const { next } = await readAll(fileSource(path));
    truncateSync(path, 8);
    const changed = { code: "STREAM_SOURCE_CHANGED", message: expect.stringContaining(".ndjson") };
    await expect(readAll(fileSource(path), next)).rejects.toMatchObject(changed);
    writeFileSync(path, '{"n":9}\n{"n":2}\n');
    await expect(readAll(fileSource(path), next)).rejects.toMatchObject(changed);
    const again = await readAll(fileSource(path, { whenChanged: "readAgain" }), next);
    expect(again.records).toHaveLength(2);

    const cut = write("cut.ndjson", `${"x".repeat(5000)}\n${"y".repeat(5000)}\n`);
    const long = await readAll(fileSource(cut));
    truncateSync(cut, 9000);
    await expect(readAll(fileSource(cut), long.next)).rejects.toMatchObject(changed);

    const open = write("open.ndjson", "12");
    const half = await readAll(fileSource(open));
    appendFileSync(open, "34\n");
    await expect(readAll(fileSource(open), half.next)).rejects.toMatchObject({
      code: "STREAM_SOURCE_CHANGED",
      message: expect.stringContaining("grown inside"),
    });
  });
});

describe("a file that cannot be read", () => {
  it("is named with its reason", async () => {
    const missing = join(folder, "missing.ndjson");
    await expect(values(missing)).rejects.toMatchObject({ code: "STREAM_FILE_NOT_FOUND" });
    const inside = join(folder, "inside.csv");
    mkdirSync(inside);
    await expect(values(inside)).rejects.toMatchObject({
      code: "STREAM_FILE_UNREADABLE",
      message: `${inside} is a folder, not a file.`,
    });
    const text = Array.from({ length: 5000 }, (_, k) => `{"n":${k}}\n`).join("");
    const packed = gzipSync(text);
    const half = write("half.ndjson.gz", packed.subarray(0, packed.length >> 1));
    await expect(values(half)).rejects.toMatchObject({
      code: "STREAM_FILE_CORRUPT",
      message: expect.stringContaining("ends in the middle"),
    });
    const broken = Buffer.from(packed);
    broken.fill(0xaa, 200, 400);
    await expect(values(write("broken.ndjson.gz", broken))).rejects.toMatchObject({
      code: "STREAM_FILE_CORRUPT",
    });
    const zstd = zstdCompressSync(text);
    const halfZstd = write("half.ndjson.zst", zstd.subarray(0, zstd.length >> 1));
    await expect(values(halfZstd)).rejects.toMatchObject({ code: "STREAM_FILE_CORRUPT" });
    await expect(values(write("no.csv.gz", "a,b\n"))).rejects.toMatchObject({
      code: "STREAM_FILE_CORRUPT",
      message: expect.stringContaining("does not begin so"),
    });
  });

  it("may lack permission", async ({ skip }) => {
    const path = write("secret.ndjson", "{}\n");
    chmodSync(path, 0);
    if (process.getuid?.() !== 0) {
      await expect(values(path)).rejects.toMatchObject({
        code: "STREAM_FILE_UNREADABLE",
        hint: expect.stringContaining("leave to read"),
      });
      return;
    }
    // Root may read anything: ask as nobody, where there is such a user.
    const script = `import { fileSource } from ${JSON.stringify(join(import.meta.dirname, "../../src/node.ts"))};
process.setgid(65534); process.setuid(65534);
const context = { mode: "drain", storedPartitions: async () => [], assign: async () => new Map() };
await fileSource(${JSON.stringify(path)}).open(context).catch((error) => console.log(error.code, error.hint));`;
    chmodSync(folder, 0o755);
    const args = ["--conditions=@lakewright/source", "--input-type=module", "-e", script];
    let said = "";
    try {
      said = execFileSync(process.execPath, args, { encoding: "utf8" });
    } catch (error) {
      console.warn(`skipped: cannot act as another user: ${String(error)}`);
      skip();
    }
    expect(said).toContain("STREAM_FILE_UNREADABLE The process needs leave to read it.");
  });
});

it("several files are partitions of one source, read in order", async () => {
  const paths = [write("1.ndjson", "1\n2\n"), write("2.csv", "a\n3\n"), write("3.ndjson", "")];
  const { records, partitions, next } = await readAll(fileSource(paths));
  expect(records.map((record) => record.value)).toEqual(["1", "2", "3"]);
  expect(partitions).toHaveLength(3);
  const rest = await readAll(fileSource(paths), new Map([[partitions[0]!, 2n]]));
  expect(rest.records.map((record) => record.value)).toEqual(["2", "3"]);
  expect([...next.values()]).toEqual([4n, 4n]);
});

it("says how many of its stored bytes are read", async () => {
  const text = Array.from({ length: 50_000 }, (_, k) => `{"n":${k}}\n`).join("");
  const packed = gzipSync(text);
  const paths = [write("b.ndjson", text), write("b.ndjson.gz", packed)];
  const totalBytes = text.length + packed.length;
  const reports: PipelineProgress[] = [];
  const pipeline = definePipeline({
    name: "p",
    source: fileSource(paths),
    decode: json(defineTable("t", { n: int64() })),
    batch: { rows: 1000 },
    sink: memorySink(),
  });
  await runPipelines([pipeline], { onProgress: (progress) => void reports.push(progress) });
  expect(reports.length).toBeGreaterThan(0);
  const bytes = reports.map((report) => report.bytes!);
  expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
  expect(reports.every((report) => report.totalBytes === totalBytes)).toBe(true);
  expect(bytes.at(-1)!).toBeLessThanOrEqual(totalBytes);
  expect(bytes.at(-1)!).toBeGreaterThan(text.length / 4);
});

it.each([
  [() => fileSource([]), /no paths/],
  [() => fileSource("a.parquet"), /does not tell its format/],
  [() => fileSource(["a.csv", "./a.csv"]), /twice/],
  [() => fileSource("a.csv", { delimiter: ";" } as never), /no option "delimiter"/],
  [() => fileSource("a.csv", { csv: { seperator: ";" } as never }), /no option "seperator"/],
  [() => fileSource("a.csv", { csv: { delimiter: "é" } }), /two ASCII characters/],
  [() => fileSource("a.csv", { encoding: "latin1" as never }), /encoding is latin1/],
  [() => fileSource("a.csv", { maxRecordBytes: 0 }), /maxRecordBytes is 0/],
])("wrong options are refused at once: %#", (make, message) => {
  expect(make).toThrow(message);
});
