import { showValue, type Table } from "@lakewright/core";
import { LakeError } from "../errors.ts";
import type { RejectedLine, TextReadOptions } from "./types.ts";

/** Characters of a line that a rejection keeps. */
const MOST_TEXT = 1000;

/** What is wrong with a line. */
export interface LineProblem {
  /** A sentence; with a column and value, what completes "the value …". */
  readonly problem: string;
  readonly column?: string | undefined;
  readonly value?: unknown;
}

/** A problem with the value of a column. */
export function misfit(column: string, value: unknown, problem: string): LineProblem {
  return { column, value, problem };
}

/** Does with rejected lines what the caller asked for. */
export class Rejects {
  /** Those collected. */
  readonly lines: RejectedLine[] = [];
  count = 0;
  private readonly table: Table;
  private readonly policy: NonNullable<TextReadOptions["rejects"]>;
  private readonly most: number;

  constructor(table: Table, { rejects = "error", maxRejected = 1000 }: TextReadOptions) {
    this.table = table;
    this.policy = rejects;
    this.most = maxRejected;
  }

  /** @throws LakeError LAKE_INVALID_TEXT where the line ends the reading. */
  add(
    { problem, column, value }: LineProblem,
    line: number,
    offset: number,
    bytes: Uint8Array,
  ): void {
    this.count++;
    const reason =
      column === undefined
        ? problem
        : `Column "${column}": ${value === undefined ? "" : `${showValue(value)} `}${problem}.`;
    const rejected: RejectedLine = {
      line,
      offset,
      reason,
      ...(column !== undefined && { column, value }),
      text: shownText(bytes),
    };
    if (typeof this.policy === "function") {
      this.policy(rejected);
    } else if (this.policy === "error") {
      throw this.error(rejected, "");
    } else {
      if (this.lines.length >= this.most) {
        throw this.error(rejected, `More than ${this.most} lines are no rows; the next: `);
      }
      this.lines.push(rejected);
    }
  }

  private error({ line, offset, reason, column, value }: RejectedLine, before: string): LakeError {
    const place = `${before}${before === "" ? "Line" : "line"} ${line} of the text for table "${this.table.name}"`;
    return new LakeError("LAKE_INVALID_TEXT", `${place}: ${lowered(reason)}`, {
      hint:
        before === ""
          ? 'Mend the line, or go on without such lines: rejects: "collect", or a function that is told of each.'
          : "See `rejected` for those before it; maxRejected allows more.",
      details: { table: this.table.name, line, offset, column, value },
    });
  }
}

function shownText(bytes: Uint8Array): string {
  // A character has at most four bytes; one that is cut is left out.
  const text = new TextDecoder().decode(bytes.subarray(0, 4 * MOST_TEXT));
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text.replace(/\r?\n$/, "");
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
