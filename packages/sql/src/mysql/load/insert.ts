import type { Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { mysqlDialect } from "../../dialects/mysql.ts";
import { id, joinSql, raw, sql } from "../../text.ts";
import type { BoundParameters } from "../bind.ts";
import type { Connection } from "../connection.ts";
import { toSqlError } from "../error.ts";
import { packedNumber } from "../wire/packets.ts";
import {
  CloseStatement,
  executePacket,
  Prepare,
  type Prepared,
  RunStatements,
} from "../wire/statements.ts";
import { LoadBuffer } from "./buffer.ts";
import { type ColumnWriter, writersOf } from "./rows.ts";
import type { TargetColumn } from "./target.ts";

const ROWS = 1000;
const MAX_PARAMETERS = 65_535;
/** A statement has fewer rows where they have so many bytes, which any server takes in one packet. */
const MAX_BYTES = 1024 * 1024;
const [BLOB, VAR_STRING] = [252, 253];
const HEADER = 4;

/** Rows written by prepared statements of many at a time, for a server that takes no files. */
export class InsertedRows {
  private readonly connection: Connection;
  private readonly path: readonly string[];
  private readonly table: Table;
  private readonly targets: readonly TargetColumn[];
  private readonly statements = new Map<number, Prepared>();
  private readonly rowsAtOnce: number;
  private readonly types: readonly number[];

  constructor(
    connection: Connection,
    path: readonly string[],
    table: Table,
    targets: readonly TargetColumn[],
  ) {
    this.connection = connection;
    this.path = path;
    this.table = table;
    this.targets = targets;
    this.rowsAtOnce = Math.min(ROWS, Math.floor(MAX_PARAMETERS / targets.length));
    this.types = table.fields.map(({ column }) =>
      column.type.kind === "binary" ? BLOB : VAR_STRING,
    );
  }

  async add(
    batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    for await (const batch of batches) {
      const columns = writersOf(this.table, batch, this.targets);
      for (let from = 0; from < batch.numRows;) {
        const values: (Buffer | null)[] = [];
        let bytes = 0;
        let rows = 0;
        while (rows < this.rowsAtOnce && from + rows < batch.numRows && bytes < MAX_BYTES) {
          bytes += appendRow(values, columns, from + rows++);
        }
        await this.insert(rows, values, signal);
        from += rows;
      }
    }
  }

  async end(): Promise<void> {
    if (this.connection.broken !== undefined) return;
    for (const { id } of this.statements.values()) {
      await this.connection.exclusive("", undefined, () =>
        this.connection.run(new CloseStatement(id)),
      );
    }
  }

  private async insert(
    rows: number,
    values: readonly (Buffer | null)[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { text } = this.statement(rows);
    const types = Array.from({ length: rows }, () => this.types).flat();
    const bound: BoundParameters = { types, values };
    await this.connection.exclusive(text, signal, async () => {
      try {
        let prepared = this.statements.get(rows);
        if (prepared === undefined) {
          prepared = await this.connection.run(new Prepare(text));
          this.statements.set(rows, prepared);
        }
        const statement = prepared;
        await this.connection.run(
          new RunStatements((client) => executePacket(client, statement, bound)),
        );
      } catch (error) {
        throw toSqlError(error, text, signal, "SQL_LOAD_FAILED");
      }
    });
  }

  private statement(rows: number): { readonly text: string } {
    const row = this.targets.map(({ type }) => raw(type === "bit" ? "CAST(? AS UNSIGNED)" : "?"));
    const all = Array.from({ length: rows }, () => sql`(${joinSql(row)})`);
    const columns = joinSql(this.targets.map(({ name }) => id(name)));
    return sql`INSERT INTO ${id(...this.path)} (${columns}) VALUES ${joinSql(all)}`.render(
      mysqlDialect,
    );
  }
}

/** Adds the values of row `i`, each with its length before it, and says how many bytes they have. */
function appendRow(values: (Buffer | null)[], columns: readonly ColumnWriter[], i: number): number {
  let bytes = 0;
  for (const { isValid, write } of columns) {
    if (isValid !== undefined && !isValid(i)) {
      values.push(null);
      continue;
    }
    scratch.length = HEADER;
    write(scratch, i);
    const size = scratch.length - HEADER;
    const value = Buffer.concat([
      packedNumber(size),
      scratch.bytes.subarray(HEADER, scratch.length),
    ]);
    values.push(value);
    bytes += value.length;
  }
  return bytes;
}

const scratch = new LoadBuffer(false);
