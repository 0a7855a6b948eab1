import { normalize } from "node:path";
import type { Positions } from "@lakewright/core";
import { checkOneOf, checkOptions, checkPositive, invalidOption } from "../options.ts";
import type { Chunk, Source, SourceContext, SourceReader } from "../source.ts";
import { type FileHead, openInput, readHead } from "./byte-input.ts";
import { recordText, type TextEncoding, textEncodings } from "./encoding.ts";
import { HEAD_BYTES, partitionOf } from "./identity.ts";
import { RecordFile, type RecordFormat } from "./record-file.ts";
import { Utf16Input } from "./utf16-input.ts";

export interface CsvFileOptions {
  /** One ASCII character. Default ",", a tab for a file named ".tsv". */
  readonly delimiter?: string | undefined;
  /** One ASCII character, or "" where nothing is quoted. Default '"'. */
  readonly quote?: string | undefined;
  /** The first record names the columns. Default true. */
  readonly header?: boolean | undefined;
}

export interface FileSourceOptions {
  /** Default by the name: ".ndjson", ".jsonl", ".json" are lines of JSON, ".csv", ".tsv" are CSV; ".gz" and ".zst" are left out. */
  readonly format?: "ndjson" | "csv" | undefined;
  readonly csv?: CsvFileOptions | undefined;
  /** Default "utf-8". */
  readonly encoding?: TextEncoding | undefined;
  /** A longer record becomes a dead letter. Default 16 MiB. */
  readonly maxRecordBytes?: number | undefined;
  /** A file whose beginning is not what it was: stops the pipeline (the default), or is read from its beginning. */
  readonly whenChanged?: "fail" | "readAgain" | undefined;
}

/**
 * Records of files: lines of JSON, or CSV by RFC 4180. Files packed with gzip or zstd are known by their first bytes.
 *
 * Each file is a partition, read one after the other in the order given. A position is the byte of the unpacked text
 * where the next record begins (of the text as UTF-8 for UTF-16), so a run after a crash goes on at the record after
 * the last one written, and a file that has grown since is read from there. The source ends after the last file. A file
 * is known by its path as it is given and by its first bytes: given by another path, it is another file.
 *
 * @throws StreamError STREAM_INVALID_OPTION for an unknown option, or a name that tells no format; while it runs
 * STREAM_FILE_NOT_FOUND, STREAM_FILE_UNREADABLE, STREAM_FILE_CORRUPT, STREAM_CSV_HEADER, and STREAM_SOURCE_CHANGED
 * where a file was cut, or replaced by another.
 */
export function fileSource(
  paths: string | readonly string[],
  options: FileSourceOptions = {},
): Source {
  const list = (typeof paths === "string" ? [paths] : paths).map((path) => normalize(path));
  const formats = new Map(list.map((path) => [path, formatOf(path, options)]));
  if (list.length === 0) throw invalidOption("fileSource has no paths.");
  if (formats.size < list.length) throw invalidOption("fileSource has a path twice.");
  return {
    name: `files:${list[0]!}${list.length === 1 ? "" : ` and ${list.length - 1} more`}`,
    begins: "start",
    open: async (context) => {
      const reader = new FileReader(formats, options);
      await reader.assign(context);
      return reader;
    },
  };
}

const KNOWN = ["format", "csv", "encoding", "maxRecordBytes", "whenChanged"];

function formatOf(path: string, options: FileSourceOptions): RecordFormat {
  checkOptions("fileSource", options, KNOWN);
  checkOptions("fileSource csv", options.csv ?? {}, ["delimiter", "quote", "header"]);
  checkOneOf("fileSource format", options.format, ["ndjson", "csv"]);
  checkOneOf("fileSource encoding", options.encoding, textEncodings);
  checkOneOf("fileSource whenChanged", options.whenChanged, ["fail", "readAgain"]);
  checkPositive("fileSource maxRecordBytes", options.maxRecordBytes);
  const { encoding = "utf-8", maxRecordBytes = 16 * 1024 * 1024 } = options;
  const ending = /\.([a-z]+)$/.exec(path.toLowerCase().replace(/\.(gz|zst)$/, ""))?.[1] ?? "";
  const format = options.format ?? FORMATS.get(ending);
  if (format === undefined) {
    const hint = 'Set format to "ndjson" or "csv".';
    throw invalidOption(`The name of file ${path} does not tell its format.`, hint);
  }
  const shared = { text: recordText(encoding), maxRecordBytes };
  if (format === "ndjson") return { ...shared, csv: undefined };
  const {
    delimiter = ending === "tsv" ? "\t" : ",",
    quote = '"',
    header = true,
  } = options.csv ?? {};
  if (!/^[\0-\x7f]$/.test(delimiter) || !/^[\0-\x7f]?$/.test(quote) || delimiter === quote) {
    throw invalidOption(
      `CSV delimiter ${JSON.stringify(delimiter)} and quote ${JSON.stringify(quote)} must be two ASCII characters.`,
    );
  }
  return { ...shared, csv: { delimiter, quote, header } };
}

const FORMATS = new Map<string, "ndjson" | "csv">([
  ["ndjson", "ndjson"],
  ["jsonl", "ndjson"],
  ["json", "ndjson"],
  ["csv", "csv"],
  ["tsv", "csv"],
]);

interface Place {
  readonly partition: string;
  readonly head: FileHead;
}

class FileReader implements SourceReader {
  epoch = 0;
  private readonly formats: ReadonlyMap<string, RecordFormat>;
  private readonly options: FileSourceOptions;
  private places: readonly Place[] = [];
  private positions: Positions = new Map();
  /** Index of the file that is read, or read next. */
  private at = 0;
  private file: RecordFile | undefined;
  private busy: Promise<unknown> = Promise.resolve();
  private closed = false;
  private readBytes = 0;

  constructor(formats: ReadonlyMap<string, RecordFormat>, options: FileSourceOptions) {
    this.formats = formats;
    this.options = options;
  }

  async assign(context: SourceContext): Promise<void> {
    const stored = await context.storedPartitions();
    const { whenChanged = "fail" } = this.options;
    const places: Place[] = [];
    for (const path of this.formats.keys()) {
      const head = await readHead(path, HEAD_BYTES);
      places.push({ partition: partitionOf(head, stored, whenChanged), head });
    }
    this.places = places;
    this.seek(await context.assign(places.map((place) => place.partition)));
  }

  next(): Promise<Chunk | undefined> {
    const chunk = this.busy.then(() => this.read());
    this.busy = chunk.catch(() => {});
    return chunk;
  }

  seek(positions: Positions): void {
    this.epoch++;
    this.positions = positions;
    this.busy = this.busy.then(() => this.reset());
  }

  async commit(): Promise<void> {}

  progress(): { readonly bytes: number; readonly totalBytes: number } {
    let totalBytes = 0;
    for (const { head } of this.places) totalBytes += head.size;
    return { bytes: this.readBytes + (this.file?.storedBytes ?? 0), totalBytes };
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.busy;
    await this.reset();
  }

  private async read(): Promise<Chunk | undefined> {
    const { epoch } = this;
    while (!this.closed && this.at < this.places.length) {
      const { partition, head } = this.places[this.at]!;
      const position = this.positions.get(partition) ?? 0n;
      if (this.file === undefined && this.isRead(head, position)) {
        this.readBytes += head.size;
        this.at++;
        continue;
      }
      if (this.file === undefined) await this.openFile(head, position);
      const read = await this.file!.next();
      if (read) return { epoch, partition, source: head.path, ...read };
      this.readBytes += this.file!.storedBytes;
      await this.file!.close();
      this.file = undefined;
      this.at++;
    }
    return undefined;
  }

  /** Spares to read a file again that has nothing new; a packed one has to be unpacked to know. */
  private isRead({ compression, size }: FileHead, position: bigint): boolean {
    const aligned = compression === "none" && this.options.encoding !== "utf-16le";
    return aligned && position > 0n && position === BigInt(size);
  }

  private async openFile(head: FileHead, position: bigint): Promise<void> {
    const bytes = await openInput(head);
    const input = this.options.encoding === "utf-16le" ? new Utf16Input(head.path, bytes) : bytes;
    this.file = new RecordFile(head.path, input, this.formats.get(head.path)!);
    await this.file.start(position);
  }

  private async reset(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    this.at = 0;
    this.readBytes = 0;
    await file?.close();
  }
}
