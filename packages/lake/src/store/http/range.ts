import type { ReadOptions } from "../store.ts";
import type { HttpAnswer } from "./answer.ts";

/** The header of a range; undefined for a whole object, "nothing" where the range is empty. */
export function rangeHeader({ from = 0, to }: ReadOptions): string | undefined {
  if (from === 0 && to === undefined) return undefined;
  if (to !== undefined && to <= from) return "nothing";
  return `bytes=${from}-${to === undefined ? "" : to - 1}`;
}

/** The bytes asked for, also of a server that ignores ranges and answered with everything. */
export function rangeBytes(answer: HttpAnswer, { from = 0, to }: ReadOptions): Uint8Array {
  return answer.status === 206 ? answer.body : answer.body.subarray(from, to);
}

/** How many bytes a range header asks for; Infinity where it has no end. */
export function rangeSize(header: string | undefined): number {
  const range = /^bytes=(\d+)-(\d+)$/.exec(header ?? "");
  return range ? Number(range[2]) - Number(range[1]) + 1 : Infinity;
}

/** Whether an answer has other bytes than those asked for. Browsers show `Content-Range` only where CORS rules expose it. */
export function isOtherRange(
  asked: string | undefined,
  sent: string | null,
  size: number,
): boolean {
  const from = /^bytes=(\d+)-/.exec(asked ?? "")?.[1];
  const range = /^bytes (\d+)-(\d+)\//.exec(sent ?? "");
  if (from === undefined || !range) return false;
  return range[1] !== from || Number(range[2]) - Number(from) + 1 !== size;
}

/** The size of the whole object by `Content-Range: bytes 0-0/1234`. */
export function sizeOfWhole(headers: Headers): number | undefined {
  const total = /\/(\d+)$/.exec(headers.get("content-range") ?? "")?.[1];
  return total === undefined ? undefined : Number(total);
}

/** A path as part of an address: every character outside RFC 3986's unreserved ones as percent-encoded UTF-8. */
export function encodePath(path: string): string {
  return path.split("/").map(encodeRfc3986).join("/");
}

export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** `Last-Modified` as milliseconds since 1970; the fallback where there is none. */
export function modifiedMs(headers: Headers, otherwise: number): number {
  const at = Date.parse(headers.get("last-modified") ?? "");
  return Number.isNaN(at) ? otherwise : at;
}
