import { showValue } from "@lakewright/core";
import { LakeError } from "../errors.ts";
import { joined } from "./utf8-pieces.ts";
import { ZstdFrames } from "./zstd-frames.ts";
import type { TextInput, TextReadOptions } from "./types.ts";

/** Bytes taken from an input. */
export interface ReadCount {
  bytes: number;
}

/**
 * The pieces of an input, counted; empty ones left out.
 *
 * @throws LakeError LAKE_INVALID_OPTION where they are no bytes.
 */
export async function* countedPieces(
  input: TextInput,
  count: ReadCount,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces = input instanceof Uint8Array ? [input] : input;
  for await (const piece of pieces) {
    if (!(piece instanceof Uint8Array)) {
      throw new LakeError(
        "LAKE_INVALID_OPTION",
        `The text has a piece that is ${showValue(piece)}, and no bytes.`,
        { hint: "Give Uint8Arrays; text that is in memory as new TextEncoder().encode(text)." },
      );
    }
    if (piece.length === 0) continue;
    count.bytes += piece.length;
    yield piece;
  }
}

type Packing = "none" | "gzip" | "zstd";

/**
 * The pieces unpacked.
 *
 * @throws LakeError LAKE_INVALID_TEXT where they are damaged or cut off.
 */
export async function* unpacked(
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  compression: NonNullable<TextReadOptions["compression"]>,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (compression === "none") {
    yield* pieces;
    return;
  }
  const iterator = iteratorOf(pieces);
  let head: Uint8Array = new Uint8Array(0);
  let ended = false;
  while (head.length < 4 && !ended) {
    const next = await iterator.next();
    if (next.done) ended = true;
    else head = head.length === 0 && next.value.length >= 4 ? next.value : joined(head, next.value);
  }
  const packing: Packing = compression === "auto" ? packingOf(head) : compression;
  const all = withHead(head, iterator);
  yield* packing === "none" ? all : unpackedBy(packing, all);
}

function packingOf(head: Uint8Array): Packing {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  const zstd = head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd;
  return zstd ? "zstd" : "none";
}

function iteratorOf<T>(items: Iterable<T> | AsyncIterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
}

async function* withHead(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array> | Iterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** Unpacks by the streams of Node, or as browsers can. */
async function* unpackedBy(
  packing: "gzip" | "zstd",
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const source = new Failing(pieces);
  try {
    const zlib = builtin("node:zlib");
    if (packing === "gzip") {
      // A DecompressionStream takes what follows the first member for junk.
      if (zlib) {
        const ends = new LastByte(source);
        const gunzip = zlib.createGunzip(LARGE);
        yield* through(ends, gunzip);
        // Node stops in silence at the first zero after a member.
        if (ends.position > gunzip.bytesWritten) throw new Error("other bytes follow its end");
      } else {
        yield* gunzippedByBrowser(source);
      }
    } else if (zlib && typeof zlib.createZstdDecompress === "function") {
      const frames = new ZstdFrames(source);
      try {
        while (await frames.more()) {
          yield* through(frames.frame(), zlib.createZstdDecompress(LARGE));
        }
      } finally {
        await frames.return();
      }
    } else {
      const { decompressZstd } = await import("hyparquet-compressors");
      let whole: Uint8Array = new Uint8Array(0);
      for await (const piece of source) whole = joined(whole, piece);
      yield decompressZstd(whole);
    }
  } catch (error) {
    throw source.failed ? source.error : damaged(packing, error);
  }
}

function gunzippedByBrowser(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const unpack = new DecompressionStream("gzip") as never;
  const pieces = source[Symbol.asyncIterator]();
  // Chromium has no ReadableStream.from.
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await pieces.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await pieces.return?.();
    },
  });
  return stream.pipeThrough(unpack) as unknown as AsyncIterable<Uint8Array>;
}

async function* through(
  source: AsyncIterable<Uint8Array>,
  unpack: NodeJS.ReadWriteStream & { destroy(error?: Error): unknown },
): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = builtin("node:stream")!.Readable.from(source);
  stream.on("error", (error) => unpack.destroy(error));
  try {
    yield* stream.pipe(unpack) as unknown as AsyncIterable<Uint8Array>;
  } finally {
    stream.destroy();
  }
}

/** A module of Node where this is Node: an import would keep the entry point from loading in browsers. */
function builtin<const Name extends "node:zlib" | "node:stream">(
  name: Name,
): ReturnType<typeof process.getBuiltinModule<Name>> | undefined {
  return (globalThis.process as typeof process | undefined)?.getBuiltinModule(name);
}

const LARGE = { chunkSize: 256 * 1024 };

/** Copies of pieces, for streams hold several; and what their source failed with, which streams wrap or lose. */
class Failing implements AsyncIterable<Uint8Array> {
  failed = false;
  error: unknown;
  private readonly pieces: AsyncIterable<Uint8Array>;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.pieces = pieces;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const piece of this.pieces) yield piece.slice();
    } catch (error) {
      this.failed = true;
      this.error = error;
      throw error;
    }
  }
}

/** Pieces as they are; finds where the last of their bytes stands that is not zero. */
class LastByte implements AsyncIterable<Uint8Array> {
  /** Counted from 1. */
  position = 0;
  private readonly pieces: AsyncIterable<Uint8Array>;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.pieces = pieces;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    let before = 0;
    for await (const piece of this.pieces) {
      let length = piece.length;
      while (length > 0 && piece[length - 1] === 0) length--;
      if (length > 0) this.position = before + length;
      before += piece.length;
      yield piece;
    }
  }
}

function damaged(packing: string, cause: unknown): LakeError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LakeError(
    "LAKE_INVALID_TEXT",
    `The ${packing} that packs the text is damaged or cut off: ${reason}.`,
    { hint: "Fetch the file again. Every row before the damage may have been given.", cause },
  );
}
