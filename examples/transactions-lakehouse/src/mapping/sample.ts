import { isUtf8 } from "node:buffer";
import { createReadStream, type ReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { DemoError } from "../failure.ts";

const SAMPLE_BYTES = 256 * 1024;

export type Encoding = "utf-8" | "windows-1252" | "iso-8859-1" | "utf-16le";

/** The beginning of a file, as far as it is needed to see what it is. */
export interface Sample {
  readonly path: string;
  readonly encoding: Encoding;
  readonly format: "csv" | "ndjson";
  /** Whole lines, blank ones left out. */
  readonly lines: readonly string[];
  /** Whether the lines are all there are. */
  readonly whole: boolean;
}

/** @throws DemoError DEMO_INPUT where the file is missing, unreadable, empty, no text, or a JSON array */
export async function readSample(
  path: string,
  given: Partial<Pick<Sample, "encoding" | "format">>,
): Promise<Sample> {
  const bytes = await headOf(path);
  if (bytes.length === 0) throw empty(path);
  const whole = bytes.length < SAMPLE_BYTES;
  const encoding = given.encoding ?? encodingOf(bytes);
  const text = new TextDecoder(encoding === "iso-8859-1" ? "latin1" : encoding).decode(bytes);
  const end = whole ? text.length : text.lastIndexOf("\n") + 1;
  const lines = text
    .slice(0, end === 0 ? text.length : end)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
  if (lines.length === 0) throw empty(path);
  if (lines[0]!.includes("\0")) throw noText(path);
  const format = given.format ?? formatOf(path, lines[0] ?? "");
  if (format === "ndjson" && lines[0]?.trimStart().startsWith("[")) {
    throw new DemoError(
      "DEMO_INPUT",
      `The file ${path} is a JSON array, and one object a line is read.`,
      {
        hint: `Convert it: jq -c '.[]' ${path} > lines.ndjson`,
      },
    );
  }
  return { path, encoding, format, lines, whole };
}

function empty(path: string): DemoError {
  return new DemoError("DEMO_INPUT", `The file ${path} is empty.`, {
    hint: "Give a CSV file with a header line, or one JSON object a line.",
  });
}

/** UTF-16 without a byte order mark, UTF-32, or no text at all. */
function noText(path: string): DemoError {
  return new DemoError("DEMO_INPUT", `The file ${path} has zero bytes in its first line.`, {
    hint: 'If it is UTF-16, say so in a mapping: "csv": { "encoding": "utf-16le" }; else convert it with iconv.',
  });
}

async function headOf(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    if ((await stat(path)).isDirectory()) {
      throw new DemoError("DEMO_INPUT", `${path} is a folder.`, {
        hint: "Give one of the files in it.",
      });
    }
    for await (const chunk of bytesOf(path)) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= SAMPLE_BYTES) break;
    }
  } catch (error) {
    throw inputError(path, error);
  }
  return Buffer.concat(chunks).subarray(0, SAMPLE_BYTES);
}

/** The bytes of a file, unpacked; packed files are known by their first bytes, as the file source knows them. */
async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  const magic = await firstBytes(path);
  const unpack = magic.startsWith("1f8b")
    ? createGunzip()
    : magic === "28b52ffd"
      ? createZstdDecompress()
      : undefined;
  if (unpack === undefined && /\.(gz|zst)$/i.test(path)) {
    throw new DemoError("DEMO_INPUT", `The file ${path} is named as a packed file and is none.`, {
      hint: "Fetch it again, or rename it if it is plain text.",
    });
  }
  const file = createReadStream(path, { highWaterMark: 64 * 1024 });
  try {
    yield* unpack === undefined ? file : unpacked(file, unpack);
  } finally {
    file.destroy();
    unpack?.destroy();
  }
}

function unpacked(file: ReadStream, unpack: Transform): AsyncIterable<Buffer> {
  file.on("error", (error) => unpack.destroy(error));
  return file.pipe(unpack) as AsyncIterable<Buffer>;
}

async function firstBytes(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString("hex", 0, bytesRead);
  } finally {
    await file.close();
  }
}

function inputError(path: string, error: unknown): DemoError {
  if (error instanceof DemoError) return error;
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") {
    return new DemoError("DEMO_INPUT", `There is no file ${path}.`, {
      cause: error,
      hint: "Paths are taken from the folder npm was started in.",
    });
  }
  const reason = code === "EACCES" || code === "EPERM" ? "this process may not read it" : message;
  return new DemoError("DEMO_INPUT", `The file ${path} cannot be read: ${reason}.`, {
    cause: error,
    hint: code.startsWith("Z_")
      ? "It is no whole packed file: fetch it again."
      : "Check its permissions.",
  });
}

function encodingOf(bytes: Buffer): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  // The sample may end inside a character: only whole lines are judged.
  const end = bytes.lastIndexOf(10);
  return isUtf8(end < 0 || bytes.length < SAMPLE_BYTES ? bytes : bytes.subarray(0, end))
    ? "utf-8"
    : "windows-1252";
}

function formatOf(path: string, firstLine: string): "csv" | "ndjson" {
  const name = path.toLowerCase().replace(/\.(gz|zst)$/, "");
  if (/\.(ndjson|jsonl|json)$/.test(name)) return "ndjson";
  if (/\.(csv|tsv|tab)$/.test(name)) return "csv";
  return /^\s*[{[]/.test(firstLine) ? "ndjson" : "csv";
}
