import { ThriftReader } from "./thrift-reader.ts";
import { ThriftWriter } from "./thrift-writer.ts";

/** What a ColumnIndex says of the data pages of a chunk. */
export interface PageBounds {
  /** Bounds are left out where every value is null. */
  readonly pages: readonly {
    readonly nulls: number;
    readonly bounds: { readonly min: Uint8Array; readonly max: Uint8Array } | undefined;
  }[];
  readonly order: "unordered" | "ascending" | "descending";
}

/** Where a data page is. */
export interface PageLocation {
  /** Of its header, in the file. */
  readonly offset: number;
  /** With its header. */
  readonly bytes: number;
  /** The row of the row group it begins with. */
  readonly firstRow: number;
}

const orders = { unordered: 0, ascending: 1, descending: 2 } as const;
const NOTHING = new Uint8Array();

/** The struct ColumnIndex. Source: parquet-format, parquet.thrift. */
export function encodeColumnIndex({ pages, order }: PageBounds): Uint8Array {
  const out = new ThriftWriter();
  out.struct(() => {
    out.boolList(
      1,
      pages.map(({ bounds }) => bounds === undefined),
    );
    out.binaryList(
      2,
      pages.map(({ bounds }) => bounds?.min ?? NOTHING),
    );
    out.binaryList(
      3,
      pages.map(({ bounds }) => bounds?.max ?? NOTHING),
    );
    out.i32(4, orders[order]);
    out.i64List(
      5,
      pages.map(({ nulls }) => nulls),
    );
  });
  return out.sink.take();
}

/** The struct OffsetIndex. */
export function encodeOffsetIndex(pages: readonly PageLocation[]): Uint8Array {
  const out = new ThriftWriter();
  out.struct(() => {
    out.structList(1, pages, ({ offset, bytes, firstRow }) => {
      out.i64(1, offset);
      out.i32(2, bytes);
      out.i64(3, firstRow);
    });
  });
  return out.sink.take();
}

export function decodeOffsetIndex(bytes: Uint8Array): PageLocation[] {
  const input = new ThriftReader(bytes);
  let pages: PageLocation[] = [];
  input.message((id) => {
    if (id !== 1) return;
    pages = input.list(() => {
      const page = { offset: -1, bytes: -1, firstRow: -1 };
      input.struct((part) => {
        if (part === 1) page.offset = input.int();
        else if (part === 2) page.bytes = input.int();
        else if (part === 3) page.firstRow = input.int();
      });
      return page;
    });
  });
  return pages;
}
