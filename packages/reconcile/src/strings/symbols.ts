import { ReconcileError } from "../errors.ts";

/** A text as the kernels take it: `length` symbols of `buffer` from `start`, one a code point. */
export interface SymbolRun {
  buffer: Uint16Array;
  start: number;
  length: number;
}

/** Gives each code point a number of 16 bits, in order of appearance. */
export class Alphabet {
  private readonly plane0 = new Uint16Array(0x1_0000);
  private readonly beyond = new Map<number, number>();
  private size = 1;

  symbolOf(codePoint: number): number {
    const known =
      codePoint < 0x1_0000 ? this.plane0[codePoint]! : (this.beyond.get(codePoint) ?? 0);
    if (known !== 0) return known;
    if (this.size > 0xffff) {
      throw new ReconcileError(
        "RECONCILE_LIMIT",
        "A column has more than 65,535 different characters.",
        { hint: "Compare it with exact() only, or split it." },
      );
    }
    const symbol = this.size++;
    if (codePoint < 0x1_0000) this.plane0[codePoint] = symbol;
    else this.beyond.set(codePoint, symbol);
    return symbol;
  }
}

const left: SymbolRun = { buffer: new Uint16Array(64), start: 0, length: 0 };
const right: SymbolRun = { buffer: new Uint16Array(64), start: 0, length: 0 };

/** Two texts in shared buffers, valid until the next call. */
export function symbolsOf(a: string, b: string): readonly [SymbolRun, SymbolRun] {
  if (hasSurrogate(a) || hasSurrogate(b)) {
    const ids = new Map<number, number>();
    fillCodePoints(left, a, ids);
    fillCodePoints(right, b, ids);
  } else {
    fillUnits(left, a);
    fillUnits(right, b);
  }
  return [left, right];
}

function hasSurrogate(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xf800) === 0xd800) return true;
  }
  return false;
}

function fillUnits(run: SymbolRun, text: string): void {
  reserve(run, text.length);
  for (let i = 0; i < text.length; i++) run.buffer[i] = text.charCodeAt(i);
  run.length = text.length;
}

function fillCodePoints(run: SymbolRun, text: string, ids: Map<number, number>): void {
  reserve(run, text.length);
  let length = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0)!;
    let id = ids.get(codePoint);
    if (id === undefined) {
      id = ids.size;
      if (id > 0xffff) {
        throw new ReconcileError(
          "RECONCILE_LIMIT",
          "Two texts have more than 65,536 different characters.",
        );
      }
      ids.set(codePoint, id);
    }
    run.buffer[length++] = id;
  }
  run.length = length;
}

function reserve(run: SymbolRun, length: number): void {
  if (run.buffer.length < length) run.buffer = new Uint16Array(2 * length);
}

/** For each symbol the positions it has in a word of 32; all zero between calls of a kernel. */
export const masks: Uint32Array = new Uint32Array(0x1_0000);
