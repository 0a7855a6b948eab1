import {
  type BatchBuilder,
  batchBuilder,
  batchOf,
  CoreError,
  type LogicalType,
  tableFromFields,
} from "@lakewright/core";
import { Field, type RecordBatch, Schema } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import type { FieldDescription, Text } from "../driver.ts";
import { parseArray } from "./array-text.ts";
import { NumericScale } from "./numeric-scale.ts";
import { finite, type Shape, type TypeCatalog } from "./types.ts";

/** A batch ends early at about so many characters, so that a result of long texts stays in bounds. */
const MAX_BATCH_CHARACTERS = 64 * 1024 * 1024;

interface ResultColumn {
  readonly name: string;
  readonly shape: Shape;
  readonly read: (text: string, column: string) => unknown;
  readonly scale: NumericScale;
}

/** Turns rows of text into batches. */
export class BatchReader {
  private readonly columns: readonly ResultColumn[];
  private readonly batchRows: number;
  private builder: BatchBuilder | undefined;
  private rows: Record<string, unknown>[] = [];
  private characters = 0;

  /** @throws SqlError SQL_UNSUPPORTED for a column type no table column holds, or a name that comes twice. */
  constructor(catalog: TypeCatalog, fields: readonly FieldDescription[], batchRows: number) {
    this.batchRows = batchRows;
    const names = fields.map((field) => field.name);
    const twin = names.find((name, k) => names.indexOf(name) !== k);
    if (twin !== undefined) {
      throw new SqlError("SQL_UNSUPPORTED", `The result has two columns named "${twin}".`, {
        hint: "Name one otherwise in the query: … AS other_name.",
        details: { column: twin },
      });
    }
    this.columns = fields.map((field) => {
      const shape = catalog.shapeOf(field);
      return {
        name: field.name,
        shape,
        read: readerOf(shape),
        scale: new NumericScale(field.name),
      };
    });
  }

  /** The batches the rows fill up. */
  *add(rows: readonly (readonly Text[])[]): Generator<RecordBatch> {
    const { columns } = this;
    for (const texts of rows) {
      const row: Record<string, unknown> = {};
      for (let k = 0; k < columns.length; k++) {
        const text = texts[k]!;
        if (text !== null) this.characters += text.length;
        row[k] = text === null ? null : columns[k]!.read(text, columns[k]!.name);
      }
      this.rows.push(row);
      const isFull = this.rows.length >= this.batchRows || this.characters >= MAX_BATCH_CHARACTERS;
      if (isFull) yield this.flush();
    }
  }

  /** The last batch; undefined where no row is left. */
  end(): RecordBatch | undefined {
    return this.rows.length > 0 ? this.flush() : undefined;
  }

  /** A batch without rows, for its schema. */
  empty(): RecordBatch {
    return this.flush();
  }

  private flush(): RecordBatch {
    const { rows, columns } = this;
    this.rows = [];
    this.characters = 0;
    columns.forEach(({ shape, scale }, k) => {
      if (holdsNumeric(shape)) scale.fit(rows, k);
    });
    // Columns are numbered for the builder: a result may have names that differ only by case.
    this.builder ??= batchBuilder(
      tableFromFields(
        "result",
        columns.map(({ shape, scale }, k) => ({
          name: String(k),
          column: { type: typeOf(shape, scale), nullable: true },
        })),
      ),
    );
    const batch = this.build(this.builder, rows);
    const fields = batch.schema.fields.map(
      (field, k) => new Field(columns[k]!.name, field.type, true),
    );
    return batchOf(new Schema(fields), batch.numRows, batch.data.children);
  }

  private build(builder: BatchBuilder, rows: readonly Record<string, unknown>[]): RecordBatch {
    try {
      return builder.build(rows);
    } catch (cause) {
      if (!(cause instanceof CoreError)) throw cause;
      const number = Number.parseInt(String(cause.details["column"]), 10);
      const column = this.columns[number]?.name ?? "";
      throw new SqlError(
        "SQL_UNSUPPORTED",
        `Column "${column}" has a value that no batch can hold: ${cause.message.replace(/^.*?: /, "")}`,
        { hint: "Cast it in the query, to text for one.", details: { column }, cause },
      );
    }
  }
}

function readerOf(shape: Shape): (text: string, column: string) => unknown {
  switch (shape.kind) {
    case "scalar":
      return shape.parse;
    case "numeric":
      return finite;
    case "list": {
      const item = readerOf(shape.item);
      return (text, column) => parseArray(text, column, item);
    }
  }
}

function holdsNumeric(shape: Shape): boolean {
  return shape.kind === "numeric" || (shape.kind === "list" && holdsNumeric(shape.item));
}

function typeOf(shape: Shape, scale: NumericScale): LogicalType {
  switch (shape.kind) {
    case "scalar":
      return shape.type;
    case "numeric":
      return { kind: "decimal", precision: 38, scale: scale.digits };
    case "list":
      return { kind: "list", item: { type: typeOf(shape.item, scale), nullable: true } };
  }
}
