/** As much of the peers as is used: they are installed by the benchmarks only, and types are checked without them. */
declare module "nodejs-polars" {
  interface DataType {
    readonly variant: string;
  }
  interface Series {
    cast(type: DataType): Series;
  }
  interface Expr {
    fillNan(value: Expr): Expr;
    cast(type: DataType): Expr;
  }
  interface DataFrame {
    withColumns(...columns: Expr[]): DataFrame;
    writeParquet(path: string, options: { readonly compression: "snappy" }): void;
  }
  interface Polars {
    readonly Utf8: DataType;
    readonly Bool: DataType;
    readonly Int64: DataType;
    Decimal(precision: number, scale: number): DataType;
    Datetime(unit: "ms" | "us", zone: string): DataType;
    Series(name: string, values: ArrayLike<unknown>, type?: DataType): Series;
    DataFrame(columns: readonly Series[]): DataFrame;
    col(name: string): Expr;
    lit(value: null): Expr;
  }
  const pl: Polars;
  export default pl;
}

declare module "hyparquet-writer" {
  export interface SchemaElement {
    readonly name: string;
    readonly type?: "BOOLEAN" | "INT32" | "INT64" | "DOUBLE" | "BYTE_ARRAY";
    readonly converted_type?: "UTF8" | "DECIMAL" | "TIMESTAMP_MILLIS" | "TIMESTAMP_MICROS";
    readonly repetition_type?: "REQUIRED" | "OPTIONAL";
    readonly num_children?: number;
    readonly precision?: number;
    readonly scale?: number;
  }
  export interface ColumnSource {
    readonly name: string;
    readonly data: readonly unknown[];
  }
  export function parquetWriteFile(options: {
    readonly filename: string;
    readonly columnData: readonly ColumnSource[];
    readonly schema: readonly SchemaElement[];
    readonly codec: "SNAPPY";
    readonly rowGroupSize: number;
  }): void;
}

declare module "hyparquet" {
  export interface AsyncBuffer {
    readonly byteLength: number;
  }
  export function asyncBufferFromFile(path: string): Promise<AsyncBuffer>;
  export function parquetRead(options: {
    readonly file: AsyncBuffer;
    readonly columns: readonly string[];
    onChunk(chunk: {
      readonly columnName: string;
      readonly columnData: ArrayLike<unknown>;
      readonly rowStart: number;
    }): void;
  }): Promise<void>;
}
