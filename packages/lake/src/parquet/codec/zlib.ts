/** The part of node:zlib that is used; crc32 came with Node 22.2, zstd with 22.15. */
export interface Zlib {
  gzipSync(input: Uint8Array): Uint8Array;
  gunzipSync(input: Uint8Array, options: { maxOutputLength: number }): Uint8Array;
  brotliDecompressSync(input: Uint8Array, options: { maxOutputLength: number }): Uint8Array;
  crc32?(input: Uint8Array): number;
  zstdCompressSync?(input: Uint8Array): Uint8Array;
  zstdDecompressSync?(input: Uint8Array, options: { maxOutputLength: number }): Uint8Array;
}

interface NodeProcess {
  getBuiltinModule?(id: string): unknown;
}

/** node:zlib where the runtime has it; an import of it would keep the package from loading in browsers. */
export function nodeZlib(): Zlib | undefined {
  const { process } = globalThis as { process?: NodeProcess };
  return process?.getBuiltinModule?.("node:zlib") as Zlib | undefined;
}
