import type { SourceRecord } from "../source.ts";
import type { Letter, Place } from "./dead-letters.ts";
import { Tally } from "./counts.ts";

/** What one output has taken and not written. */
export class PendingOutput {
  readonly rows: object[] = [];
  /** Where each row comes from: a row may still turn out not to fit its table. */
  readonly records: SourceRecord[] = [];
  readonly places: Place[] = [];
  read = 0;
  readonly dropped: Tally = new Tally();
  readonly deadLettered: Tally = new Tally();

  add(row: object, record: SourceRecord, place: Place): void {
    this.rows.push(row);
    this.records.push(record);
    this.places.push(place);
  }
}

/** What was read since the last write. */
export class PendingBatch {
  /** The assignment under which it was read. */
  epoch = 0;
  readonly outputs: readonly PendingOutput[];
  readonly letters: Letter[] = [];
  /** Position after what was read, of each partition something was read of. */
  readonly to: Map<string, bigint> = new Map();
  records = 0;

  constructor(outputs: number) {
    this.outputs = Array.from({ length: outputs }, () => new PendingOutput());
  }
}
