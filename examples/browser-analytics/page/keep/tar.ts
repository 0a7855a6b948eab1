const BLOCK = 512;
const encoder = new TextEncoder();

export interface TarEntry {
  /** With forward slashes; at most 100 bytes behind the last slash that fits, 155 before it. */
  readonly path: string;
  readonly data: Uint8Array;
  readonly modifiedMs: number;
}

/** The pieces of a tar archive, in order. Source: POSIX.1-2017, pax, "ustar Interchange Format". */
export function* tarPieces(entries: Iterable<TarEntry>): Generator<Uint8Array> {
  for (const entry of entries) yield* tarEntry(entry);
  yield tarEnd;
}

/** The pieces of one file: a header, its bytes, and zeros up to a whole block. */
export function tarEntry(entry: TarEntry): Uint8Array[] {
  const rest = entry.data.length % BLOCK;
  const pieces = [header(entry), entry.data];
  return rest === 0 ? pieces : [...pieces, new Uint8Array(BLOCK - rest)];
}

/** What an archive ends with. */
export const tarEnd: Uint8Array = new Uint8Array(2 * BLOCK);

function header({ path, data, modifiedMs }: TarEntry): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string): void => block.set(encoder.encode(text), at);
  const number = (at: number, width: number, value: number): void =>
    put(
      at,
      `${Math.floor(value)
        .toString(8)
        .padStart(width - 1, "0")}\0`,
    );
  const { name, prefix } = split(path);
  put(0, name);
  number(100, 8, 0o644);
  number(108, 8, 0);
  number(116, 8, 0);
  number(124, 12, data.length);
  number(136, 12, modifiedMs / 1000);
  put(148, " ".repeat(8)); // the checksum is of a header with blanks in its place
  put(156, "0");
  put(257, "ustar\x0000");
  put(345, prefix);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}

function split(path: string): { readonly name: string; readonly prefix: string } {
  const size = (text: string): number => encoder.encode(text).length;
  if (size(path) <= 100) return { name: path, prefix: "" };
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (size(name) <= 100 && size(prefix) <= 155) return { name, prefix };
  }
  throw new RangeError(`The path ${path} is too long for a tar archive.`);
}
