// Files
export { fileSource } from "./files/source.ts";
export type { CsvFileOptions, FileSourceOptions } from "./files/source.ts";
export type { TextEncoding } from "./files/encoding.ts";
