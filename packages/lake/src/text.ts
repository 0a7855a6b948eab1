export { readCsv } from "./text/read-csv.ts";
export { readNdjson } from "./text/read-ndjson.ts";
export type {
  CsvReadOptions,
  NdjsonReadOptions,
  RejectedLine,
  TextBatches,
  TextInput,
  TextMetrics,
  TextReadOptions,
} from "./text/types.ts";
