import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import * as zlib from "node:zlib";
import { StreamError } from "../errors.ts";
import { fileError, missingZstd } from "./file-errors.ts";

const PIECE = 256 * 1024;

/** The bytes of a file from its beginning, decompressed. */
export interface ByteInput {
  /** Bytes read so far as they are stored. */
  readonly storedBytes: number;
  /** Fills the buffer from `at` on as far as bytes are at hand; 0 at the end of the file. */
  read(into: Buffer, at: number): Promise<number>;
  close(): Promise<void>;
}

/** What is known of a file before it is read. */
export interface FileHead {
  readonly path: string;
  readonly size: number;
  /** The first bytes as they are stored, at most as many as asked for. */
  readonly bytes: Buffer;
  readonly compression: "none" | "gzip" | "zstd";
}

/**
 * The first bytes of a file.
 *
 * @throws StreamError STREAM_FILE_NOT_FOUND, STREAM_FILE_UNREADABLE; STREAM_FILE_CORRUPT where a file named ".gz" or
 * ".zst" is none.
 */
export async function readHead(path: string, length: number): Promise<FileHead> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(length, size));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    const bytes = buffer.subarray(0, filled);
    const compression = compressionOf(bytes);
    if (size > 0 && compression === "none" && /\.(gz|zst)$/i.test(path)) {
      const ending = path.slice(path.lastIndexOf("."));
      throw new StreamError(
        "STREAM_FILE_CORRUPT",
        `File ${path} is named ${ending} and does not begin so.`,
        { hint: "Rename it if it is plain text, or fetch it again.", details: { path, size } },
      );
    }
    return { path, size, bytes, compression };
  } catch (error) {
    throw fileError(path, error);
  } finally {
    await handle?.close();
  }
}

function compressionOf(bytes: Buffer): FileHead["compression"] {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return "gzip";
  const isZstd = bytes.length >= 4 && bytes.readUInt32LE(0) === 0xfd2fb528;
  return isZstd ? "zstd" : "none";
}

/** The bytes of a file. @throws StreamError STREAM_MISSING_CODEC where this Node has no zstd. */
export async function openInput({ path, compression }: FileHead): Promise<ByteInput> {
  try {
    switch (compression) {
      case "none":
        return new PlainInput(path, await open(path, "r"));
      case "gzip":
        return new UnpackedInput(path, zlib.createGunzip({ chunkSize: PIECE }));
      case "zstd":
        if (typeof zlib.createZstdDecompress !== "function") throw missingZstd(path);
        return new UnpackedInput(path, zlib.createZstdDecompress({ chunkSize: PIECE }));
    }
  } catch (error) {
    throw fileError(path, error);
  }
}

class PlainInput implements ByteInput {
  storedBytes = 0;
  private readonly path: string;
  private readonly handle: FileHandle;

  constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.handle = handle;
  }

  async read(into: Buffer, at: number): Promise<number> {
    try {
      const { bytesRead } = await this.handle.read(into, at, into.length - at, null);
      this.storedBytes += bytesRead;
      return bytesRead;
    } catch (error) {
      throw fileError(this.path, error);
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

class UnpackedInput implements ByteInput {
  private readonly path: string;
  private readonly file: ReturnType<typeof createReadStream>;
  private readonly chunks: AsyncIterator<Buffer>;
  private readonly stop: () => void;
  private rest: Buffer | undefined;

  constructor(path: string, unpack: zlib.Gunzip | zlib.ZstdDecompress) {
    this.path = path;
    this.file = createReadStream(path, { highWaterMark: PIECE });
    this.file.on("error", (error) => unpack.destroy(error));
    this.chunks = this.file.pipe(unpack)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    this.stop = () => {
      this.file.destroy();
      unpack.destroy();
    };
  }

  get storedBytes(): number {
    return this.file.bytesRead;
  }

  async read(into: Buffer, at: number): Promise<number> {
    if (this.rest === undefined) {
      try {
        const { done, value } = await this.chunks.next();
        if (done) return 0;
        this.rest = value;
      } catch (error) {
        throw fileError(this.path, error);
      }
    }
    const { rest } = this;
    const copied = rest.copy(into, at);
    this.rest = copied < rest.length ? rest.subarray(copied) : undefined;
    return copied;
  }

  async close(): Promise<void> {
    this.stop();
  }
}
