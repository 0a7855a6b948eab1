const encoder = new TextEncoder();
const POINT = 46;
const COMMA = 44;
const MINUS = 45;
const PLUS = 43;

/** Numbers written with other separators, made over to digits with a point. */
export class NumberFormat {
  /** The number of the last call. */
  bytes: Uint8Array = new Uint8Array(64);
  private readonly point: number;
  private readonly group: Uint8Array;

  constructor(decimalSeparator: "." | ",", thousandsSeparator: string) {
    this.point = decimalSeparator === "," ? COMMA : POINT;
    this.group = encoder.encode(thousandsSeparator);
  }

  /**
   * Writes the number [from, to) to `bytes`.
   *
   * @returns its length; -1 where it has a point in place of the decimal separator, or groups that are not of three digits.
   */
  plain(source: Uint8Array, from: number, to: number): number {
    if (to - from > this.bytes.length) this.bytes = new Uint8Array(2 * (to - from));
    const { bytes, point, group } = this;
    let out = 0;
    /** Digits since the last group separator; -1 before there is one. */
    let grouped = -1;
    let digits = 0;
    let whole = true;
    for (let at = from; at < to;) {
      const c = source[at]!;
      if (whole && group.length > 0 && begins(source, at, group)) {
        if (grouped < 0 ? digits < 1 || digits > 3 : grouped !== 3) return -1;
        grouped = 0;
        at += group.length;
        continue;
      }
      if (c >= 48 && c <= 57) {
        digits++;
        if (grouped >= 0 && whole) grouped++;
      } else if (whole && (c === point || c === 101 || c === 69)) {
        if (grouped >= 0 && grouped !== 3) return -1;
        whole = false;
      } else if (c !== MINUS && c !== PLUS && c !== 101 && c !== 69) {
        return -1;
      }
      bytes[out++] = c === point ? POINT : c;
      at++;
    }
    return whole && grouped >= 0 && grouped !== 3 ? -1 : out;
  }
}

function begins(source: Uint8Array, at: number, part: Uint8Array): boolean {
  for (let i = 0; i < part.length; i++) if (source[at + i] !== part[i]) return false;
  return true;
}
