import { defineTable, int32, int64, utf8 } from "@lakewright/core";

export const numbersTable = defineTable("numbers", { n: int64(), text: utf8() });

export const flatTable = defineTable("flat", { n: int64(), length: int32() });

/** Every 97th record is none; the others hold their number. */
export function isBad(n: number): boolean {
  return n % 97 === 0;
}

export function payload(n: number): string {
  return isBad(n) ? `{"n":"bad ${n}"` : `{"n":${n},"text":"${"x".repeat(n % 40)}"}`;
}
