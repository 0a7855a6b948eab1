import {
  date,
  defineTable,
  int32,
  int64,
  nullable,
  type Table,
  timestamp,
  utf8,
} from "@lakewright/core";

/** What the warehouse knows about its tables. Its rows are also the locks of concurrent loads. */
export const tablesTable: Table = defineTable("_wh_tables", {
  table_name: utf8(),
  definition: utf8(),
  created_at: timestamp("us"),
});

/** The ledger: a row for every load, written in its transaction. */
export const loadsTable: Table = defineTable("_wh_loads", {
  table_name: utf8(),
  load_id: utf8(),
  /** The mode of the load; "rewind" where it undid others, "delete" where members or facts went, "retention" where old rows did. */
  load_mode: utf8(),
  effective_at: timestamp("us"),
  loaded_at: timestamp("us"),
  read_rows: int64(),
  inserted_rows: int64(),
  updated_rows: int64(),
  reopened_rows: int64(),
  closed_rows: int64(),
  unchanged_rows: int64(),
  rejected_rows: int64(),
});

/** Rows put aside, as they came. */
export const rejectsTable: Table = defineTable("_wh_rejects", {
  table_name: utf8(),
  load_id: utf8(),
  /** Position of the row in the load, from 0. */
  row_index: int64(),
  reason: utf8(),
  message: utf8(),
  /** The row as JSON. */
  row_json: utf8(),
  rejected_at: timestamp("us"),
});

/** Which versions of which days a snapshot fact has. */
export const snapshotsTable: Table = defineTable("_wh_snapshots", {
  table_name: utf8(),
  snapshot_date: date(),
  snapshot_version: int32(),
  load_id: utf8(),
  row_count: int64(),
  loaded_at: timestamp("us"),
});

/** How far pipelines have written. */
export const positionsTable: Table = defineTable("_wh_positions", {
  table_name: utf8(),
  consumer: utf8(),
  partition_name: utf8(),
  position: int64(),
  load_id: nullable(utf8()),
});

/** Every table of the warehouse's own, with its primary key. */
export const systemTables: readonly (readonly [Table, readonly string[]])[] = [
  [tablesTable, ["table_name"]],
  [loadsTable, ["table_name", "load_id"]],
  [rejectsTable, ["table_name", "load_id", "row_index", "reason"]],
  [snapshotsTable, ["table_name", "snapshot_date", "snapshot_version"]],
  [positionsTable, ["table_name", "consumer", "partition_name"]],
];
