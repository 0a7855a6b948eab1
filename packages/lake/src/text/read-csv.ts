import type { Table } from "@lakewright/core";
import type { CsvReadOptions, TextBatches, TextInput } from "./types.ts";
export function readCsv<T extends Table>(
  input: TextInput,
  table: T,
  options: CsvReadOptions<Extract<keyof T["columns"], string>> = {},
): TextBatches {
  throw new Error("not yet" + String(input) + table.name + String(options));
}
