import { showValue, type Table } from "@lakewright/core";
import { readDeletionVector } from "../../delta/deletion-vector/read.ts";
import { isEncrypted } from "../../delta/schema/encrypted.ts";
import { type Layout, layoutOf } from "../../delta/schema/layout.ts";
import type { TableState } from "../../delta/log/load.ts";
import { assertReadable } from "../../delta/schema/protocol.ts";
import { filesFor } from "../../delta/data-files/scan-files.ts";
import { type DeltaField, type DeltaType, parseSchema } from "../../delta/schema/schema-json.ts";
import { LakeError } from "../../errors.ts";
import { checkOptions, invalidOption, isCondition, isMoment, jobChecks } from "../../options.ts";
import { inOrder } from "../../store/parallel.ts";
import type { Store } from "../../store/store.ts";
import { stateAsOf } from "../../table/as-of.ts";
import type { LakeTable } from "../../table/types.ts";
import { bindWhere } from "../../where/bind.ts";
import { loadEngine, needsEngine } from "../../where/engine.ts";
import { groupFiles, type GroupedFile } from "./file-groups.ts";
import { quoteName } from "./sql.ts";
import type { AttachedTable, AttachOptions, DuckDBConnection } from "./types.ts";
import { viewSql } from "./view.ts";

const VECTORS_AT_ONCE = 8;

/** What a Delta table has beside its public side. */
interface OpenTable {
  readonly store: Store;
  readonly state: TableState;
}

/**
 * Gives a DuckDB connection a Delta table as a temporary view, whose data files DuckDB reads itself: filters and columns
 * of a query reach down into Parquet. Deletion vectors, partition values, renamed and later columns and widened types are
 * taken care of. Needs DuckDB 1.3 or later; tables in buckets or on web servers need its `httpfs` set up.
 *
 * @throws LakeError LAKE_UNSUPPORTED_FEATURE for a store DuckDB cannot reach; LAKE_INVALID_OPTION; LAKE_VERSION_NOT_FOUND.
 */
export async function attachTable<T extends Table>(
  connection: DuckDBConnection,
  name: string,
  table: LakeTable<T>,
  options: AttachOptions = {},
): Promise<AttachedTable> {
  if (typeof name !== "string" || name === "" || name.includes("\0")) {
    throw invalidOption(`attachTable: the name is ${showValue(name)}.`, 'Give it as "sales".');
  }
  checkOptions("attachTable", options, {
    where: isCondition,
    asOf: isMoment,
    signal: jobChecks.signal,
  });
  const attached = new Attached(connection, name, table as unknown as LakeTable, options);
  await attached.replace();
  return attached;
}

class Attached implements AttachedTable {
  readonly name: string;
  version = -1n;
  files = 0;
  filesSkipped = 0;
  private readonly connection: DuckDBConnection;
  private readonly table: LakeTable & OpenTable;
  private readonly options: AttachOptions;
  private sideTables: readonly string[] = [];
  private generation = 0;

  constructor(
    connection: DuckDBConnection,
    name: string,
    table: LakeTable,
    options: AttachOptions,
  ) {
    if (!isOpenTable(table)) {
      throw invalidOption("attachTable: the table is none that openTable or createTable returned.");
    }
    this.connection = connection;
    this.name = name;
    this.table = table;
    this.options = options;
  }

  async refresh(): Promise<this> {
    if (this.options.asOf !== undefined) return this;
    await this.table.refresh();
    if (this.table.version !== this.version) await this.replace();
    return this;
  }

  async detach(): Promise<void> {
    await this.connection.run(`DROP VIEW IF EXISTS temp.${quoteName(this.name)}`);
    await this.drop(this.sideTables);
    this.sideTables = [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.detach();
  }

  /** Makes the view anew. The one there stays as it is until the new one stands. */
  async replace(): Promise<void> {
    const { store } = this.table;
    const { asOf, signal, where } = this.options;
    if (needsEngine(where)) await loadEngine();
    const state = asOf === undefined ? this.table.state : await stateAsOf(store, asOf);
    assertReadable(state.protocol, store.location);
    refuseEncrypted(state.metadata.configuration, store.location);
    const { version } = state;
    const layout = layoutOf(state.protocol, state.metadata, store.location);
    refuseVariants(parseSchema(state.metadata.schemaString), store.location);
    const metrics = { filesSkipped: 0 };
    const files = this.filesOf(state, layout, metrics);
    const groups = await groupFiles(store, files, layout, signal);
    const grouped = groups.flatMap((group) => group.files);
    const deleted = await deletedRowsOf(store, grouped, signal);
    const prefix = `lakewright_${this.name}_${this.generation++}`;
    const { select, tables } = viewSql(layout, groups, deleted, prefix);
    const before = this.sideTables;
    const after = tables.map((table) => table.name);
    try {
      for (const statement of tables.flatMap((table) => table.statements)) {
        signal?.throwIfAborted();
        await this.connection.run(statement);
      }
      const view = `CREATE OR REPLACE TEMP VIEW ${quoteName(this.name)} AS ${select}`;
      await this.connection.run(view);
    } catch (error) {
      await this.drop(after);
      throw error;
    }
    this.sideTables = after;
    this.version = version;
    this.files = grouped.length;
    this.filesSkipped = metrics.filesSkipped;
    await this.drop(before);
  }

  private filesOf(
    state: TableState,
    layout: Layout,
    metrics: { filesSkipped: number },
  ): ReturnType<typeof filesFor> {
    const { where } = this.options;
    const bound = where && bindWhere(layout.table, where);
    return filesFor(state.files.list(), layout, bound, metrics);
  }

  private async drop(names: readonly string[]): Promise<void> {
    for (const name of names)
      await this.connection.run(`DROP TABLE IF EXISTS temp.${quoteName(name)}`);
  }
}

async function deletedRowsOf(
  store: Store,
  files: readonly GroupedFile[],
  signal: AbortSignal | undefined,
): Promise<Map<GroupedFile, Uint32Array>> {
  const read = async (file: GroupedFile): Promise<readonly [GroupedFile, Uint32Array]> => [
    file,
    await readDeletionVector(store, file.file.deletionVector!, signal),
  ];
  const cut = files.filter(({ file }) => file.deletionVector !== undefined);
  return new Map(await Array.fromAsync(inOrder(cut, VECTORS_AT_ONCE, read)));
}

/** DuckDB takes keys by its own functions only, and not by column. */
function refuseEncrypted(configuration: Readonly<Record<string, string>>, location: string): void {
  if (!isEncrypted(configuration)) return;
  throw new LakeError(
    "LAKE_ENCRYPTED",
    `The data files of ${location} are encrypted, and DuckDB cannot read them by itself.`,
    { hint: "Give DuckDB the batches of scan().", details: { location } },
  );
}

/** DuckDB has a type of its own for variants, and takes some files of them for it. */
function refuseVariants(fields: readonly DeltaField[], location: string): void {
  const isVariant = (type: DeltaType): boolean => {
    if (typeof type === "string") return type === "variant";
    if (type.type === "struct") return type.fields.some((field) => isVariant(field.type));
    return type.type === "array"
      ? isVariant(type.elementType)
      : isVariant(type.keyType) || isVariant(type.valueType);
  };
  const found = fields.find((field) => isVariant(field.type));
  if (!found) return;
  throw new LakeError(
    "LAKE_UNSUPPORTED_FEATURE",
    `Column "${found.name}" of ${location} is a variant, which a view of DuckDB cannot show as it is stored.`,
    {
      hint: "Give DuckDB the batches of scan(), which have its metadata and value as bytes.",
      details: { column: found.name, features: ["variantType in DuckDB"] },
    },
  );
}

function isOpenTable(table: LakeTable): table is LakeTable & OpenTable {
  return typeof table === "object" && table !== null && "state" in table && "store" in table;
}
