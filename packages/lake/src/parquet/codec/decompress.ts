import { Codec, nameOf } from "../format/constants.ts";
import { Malformed, unsupported } from "../format/malformed.ts";
import { snappyDecompressor } from "./snappy-decompress.ts";
import { nodeZlib } from "./zlib.ts";

/** The `size` bytes that a compressed page has: good until the next call. */
export type Decompress = (input: Uint8Array, size: number) => Uint8Array;

/** The decompressor of a codec: the runtime's own where it has one, else one in JavaScript, loaded when needed. */
export async function decompressorOf(codec: number): Promise<Decompress> {
  switch (codec) {
    case Codec.NONE:
      return (input, size) => sized(input, size);
    case Codec.SNAPPY:
      return nonEmpty(snappyDecompressor());
    case Codec.LZ4:
      return nonEmpty((await import("./lz4-decompress.ts")).decompressLz4);
    case Codec.LZ4_RAW:
      return nonEmpty((await import("./lz4-decompress.ts")).decompressLz4Raw);
    case Codec.GZIP:
      return nonEmpty(native("gunzipSync") ?? (await scripted("GZIP")));
    case Codec.BROTLI:
      return nonEmpty(native("brotliDecompressSync") ?? (await scripted("BROTLI")));
    case Codec.ZSTD:
      return nonEmpty(native("zstdDecompressSync") ?? (await scripted("ZSTD")));
    default:
      throw unsupported(
        `Pages compressed with ${nameOf(Codec, codec)} are not read.`,
        "Write the file anew with snappy, gzip, zstd, brotli or lz4.",
      );
  }
}

function native(
  name: "gunzipSync" | "brotliDecompressSync" | "zstdDecompressSync",
): Decompress | undefined {
  const decompress = nodeZlib()?.[name];
  return decompress && ((input, size) => decompress(input, { maxOutputLength: size }));
}

async function scripted(name: "GZIP" | "BROTLI" | "ZSTD"): Promise<Decompress> {
  const { compressors } = await import("hyparquet-compressors");
  const decompress = compressors[name]!;
  return (input, size) => {
    try {
      return decompress(input, size);
    } catch (cause) {
      throw new Malformed(cause instanceof Error ? cause.message : String(cause));
    }
  };
}

/** Columns of nulls make pages of nothing, which some writers do not even compress. */
function nonEmpty(decompress: Decompress): Decompress {
  return (input, size) => (size === 0 ? new Uint8Array(0) : sized(decompress(input, size), size));
}

function sized(output: Uint8Array, size: number): Uint8Array {
  if (output.length === size) return output;
  throw new Malformed(`a page has ${output.length} bytes in place of ${size}.`);
}
