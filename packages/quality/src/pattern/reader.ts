import { QualityError } from "../errors.ts";

/** Reads a pattern character by character. */
export class PatternReader {
  private readonly pattern: string;
  private at = 0;

  constructor(pattern: string) {
    this.pattern = pattern;
    if (!pattern.isWellFormed() || pattern.includes("\0")) {
      this.fail("has half a surrogate pair or U+0000", "Write whole Unicode characters.");
    }
  }

  atEnd(): boolean {
    return this.at >= this.pattern.length;
  }

  /** The next character, not taken; empty at the end. */
  peek(): string {
    return this.atEnd() ? "" : String.fromCodePoint(this.pattern.codePointAt(this.at)!);
  }

  next(): string {
    const character = this.peek();
    if (character === "") this.fail("ends too early", "Complete it.");
    this.at += character.length;
    return character;
  }

  take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at += character.length;
    return true;
  }

  /** Takes what a sticky expression matches here. */
  match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const match = expression.exec(this.pattern);
    if (match) this.at = expression.lastIndex;
    return match;
  }

  fail(problem: string, hint: string): never {
    throw new QualityError(
      "QUALITY_INVALID_PATTERN",
      `The pattern /${this.pattern}/ ${problem}, at character ${this.at}.`,
      { hint, details: { pattern: this.pattern, position: this.at } },
    );
  }
}
