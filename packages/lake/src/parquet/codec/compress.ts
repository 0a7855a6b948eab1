import { showValue } from "@lakewright/core";
import { LakeError } from "../../errors.ts";
import { Codec } from "../format/constants.ts";
import type { ByteSink } from "../format/byte-sink.ts";
import type { ParquetCodec } from "../types.ts";
import { compressSnappy } from "./snappy-compress.ts";
import { nodeZlib } from "./zlib.ts";

/** Appends the compressed input. */
export interface Compressor {
  readonly codec: number;
  compress(input: Uint8Array, sink: ByteSink): void;
}

export const uncompressed: Compressor = {
  codec: Codec.NONE,
  compress: (input, sink) => sink.writeBytes(input),
};

/**
 * The compressor of a codec.
 *
 * @throws LakeError LAKE_UNSUPPORTED_PARQUET where this runtime does not have it, LAKE_INVALID_OPTION for another name.
 */
export function compressorOf(codec: ParquetCodec): Compressor {
  switch (codec) {
    case "none":
      return uncompressed;
    case "snappy":
      return { codec: Codec.SNAPPY, compress: compressSnappy };
    case "gzip": {
      const gzip = nodeZlib()?.gzipSync;
      if (!gzip) throw notHere(codec);
      return { codec: Codec.GZIP, compress: (input, sink) => sink.writeBytes(gzip(input)) };
    }
    case "zstd": {
      const zstd = nodeZlib()?.zstdCompressSync;
      if (!zstd) throw notHere(codec);
      return { codec: Codec.ZSTD, compress: (input, sink) => sink.writeBytes(zstd(input)) };
    }
    default:
      throw new LakeError("LAKE_INVALID_OPTION", `The codec ${showValue(codec)} is not written.`, {
        hint: 'Take one of "none", "snappy", "gzip" and "zstd".',
      });
  }
}

function notHere(codec: ParquetCodec): LakeError {
  return new LakeError(
    "LAKE_UNSUPPORTED_PARQUET",
    `This runtime cannot compress with ${codec}: it has no ${codec} in node:zlib.`,
    {
      hint: 'Write with the codec "snappy", which works everywhere; zstd needs Node 22.15 or later.',
      details: { codec },
    },
  );
}
