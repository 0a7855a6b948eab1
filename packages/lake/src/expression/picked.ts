import type { Mask } from "./node.ts";
import type { SqlType } from "./sql-type.ts";
import { newValues, type Vector } from "./vector.ts";

/** A column put together of values of several. */
export class Picked {
  private readonly type: SqlType;
  private readonly values: ReturnType<typeof newValues>;
  private readonly valid: Uint8Array;

  constructor(type: SqlType, rows: number) {
    this.type = type;
    this.values = newValues(type, rows);
    this.valid = new Uint8Array(rows);
  }

  /** Takes values where the mask says so; of two, the one `better` chooses. */
  take(vector: Vector, mask: Mask, better?: (mine: never, its: never) => boolean): void {
    const { values, valid, step } = vector;
    for (let i = 0; i < this.valid.length; i++) {
      if (mask && mask[i] !== 1) continue;
      const k = i * step;
      if (valid && valid[k] !== 1) continue;
      if (better && this.valid[i] === 1 && !better(this.values[i] as never, values[k] as never))
        continue;
      this.values[i] = values[k]!;
      this.valid[i] = 1;
    }
  }

  vector(): Vector {
    const { type, values, valid } = this;
    return { type, values, valid: valid.includes(0) ? valid : undefined, step: 1 };
  }
}
