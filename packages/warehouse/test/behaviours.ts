import type { CaseRow, Scd2Case } from "../../../conformance/src/scd2/case.ts";

/*
 * What dbt, dlt and SQLMesh say of themselves, as cases of our own: documentation of dbt snapshots
 * (docs.getdbt.com/docs/build/snapshots, "How snapshots work", "Hard deletes"), of dlt's scd2 strategy
 * (dlthub.com/docs/general-usage/merge-loading, "scd2 strategy"), and of SQLMesh's SCD type 2 models.
 */

const [d1, d2, d3, d4] = [1, 2, 3, 4].map((day) => `2026-05-0${day}T00:00:00.000000Z`) as [
  string,
  string,
  string,
  string,
];

const check: Scd2Case["options"] = {
  tracked: "all",
  newKeyFrom: "batch",
  firstLoadFrom: "batch",
  reopenFrom: "batch",
  deletes: "close",
  deleteScope: "full",
  openValue: null,
};
const timestamp: Scd2Case["options"] = {
  ...check,
  newKeyFrom: "updated_at",
  firstLoadFrom: "updated_at",
  reopenFrom: "max(updated_at,last_valid_to)",
  updatedAt: "updated_at",
};

const version = (row: CaseRow, from: string, to: string | null, deleted?: boolean): CaseRow => ({
  ...row,
  $from: from,
  $to: to,
  ...(deleted === undefined ? {} : { $deleted: deleted }),
});

const order = (status: string, updated_at?: string): CaseRow => ({
  id: 1,
  status,
  ...(updated_at === undefined ? {} : { updated_at }),
});
const other: CaseRow = { id: 2, status: "new" };

export const behaviours: readonly Scd2Case[] = [
  {
    id: "a tombstone is ended by a member that comes back as it was",
    strategy: "check",
    key: ["id"],
    options: { ...check, deletes: "tombstone" },
    batches: [
      { at: d1, rows: [order("new"), other] },
      { at: d2, rows: [other] },
      { at: d3, rows: [other] },
      {
        at: d4,
        rows: [order("new"), other],
        expected: [
          version(order("new"), d1, d2, false),
          version(order("new"), d2, d4, true),
          version(order("new"), d4, null, false),
          version(other, d1, null, false),
        ],
      },
    ],
  },
  {
    id: "a tombstone is ended by a member that comes back changed, and may end again",
    strategy: "check",
    key: ["id"],
    options: { ...check, deletes: "tombstone" },
    batches: [
      { at: d1, rows: [order("new"), other] },
      { at: d2, rows: [other] },
      { at: d3, rows: [order("old"), other] },
      {
        at: d4,
        rows: [other],
        expected: [
          version(order("new"), d1, d2, false),
          version(order("new"), d2, d3, true),
          version(order("old"), d3, d4, false),
          version(order("old"), d4, null, true),
          version(other, d1, null, false),
        ],
      },
    ],
  },
  {
    id: "a member that comes back with an old date starts at its last end",
    strategy: "timestamp",
    key: ["id"],
    options: timestamp,
    batches: [
      { at: d2, rows: [order("new", d1)] },
      { at: d3, rows: [] },
      {
        at: d4,
        rows: [order("again", d2)],
        expected: [version(order("new", d1), d1, d3), version(order("again", d2), d3, null)],
      },
    ],
  },
  {
    id: "a tombstone of a dated member is ended at the later of its date and its start",
    strategy: "timestamp",
    key: ["id"],
    options: { ...timestamp, deletes: "tombstone" },
    batches: [
      { at: d2, rows: [order("new", d1)] },
      { at: d3, rows: [] },
      {
        at: d4,
        rows: [order("new", d1)],
        expected: [
          version(order("new", d1), d1, d3, false),
          version(order("new", d1), d3, d3, true),
          version(order("new", d1), d3, null, false),
        ],
      },
    ],
  },
  {
    id: "a date that goes back changes nothing",
    strategy: "timestamp",
    key: ["id"],
    options: { ...timestamp, deletes: "ignore" },
    batches: [
      { at: d3, rows: [order("new", d2)] },
      { at: d4, rows: [order("older", d1)], expected: [version(order("new", d2), d2, null)] },
    ],
  },
  {
    id: "null and a value differ both ways",
    strategy: "check",
    key: ["id"],
    options: { ...check, deletes: "ignore" },
    batches: [
      { at: d1, rows: [{ id: 1, status: null, note: "x" }] },
      { at: d2, rows: [{ id: 1, status: "", note: "x" }] },
      {
        at: d3,
        rows: [{ id: 1, status: null, note: "x" }],
        expected: [
          version({ id: 1, status: null, note: "x" }, d1, d2),
          version({ id: 1, status: "", note: "x" }, d2, d3),
          version({ id: 1, status: null, note: "x" }, d3, null),
        ],
      },
    ],
  },
  {
    id: "a hash alone decides",
    strategy: "hash",
    key: ["id"],
    options: { ...check, deletes: "ignore", hashColumn: "row_hash" },
    batches: [
      { at: d1, rows: [{ id: 1, status: "new", row_hash: "a" }] },
      {
        at: d2,
        rows: [{ id: 1, status: "old", row_hash: "a" }],
        expected: [version({ id: 1, status: "new", row_hash: "a" }, d1, null)],
      },
      { at: d3, rows: [{ id: 1, status: "new", row_hash: "b" }], expectedCount: 2 },
    ],
  },
  {
    id: "a scope of two columns ends nobody outside it",
    strategy: "check",
    key: ["id"],
    options: { ...check, deleteScope: ["region", "year"] },
    batches: [
      {
        at: d1,
        rows: [
          { id: 1, region: "n", year: 25 },
          { id: 2, region: "n", year: 26 },
          { id: 3, region: "s", year: 26 },
          { id: 4, region: "n", year: 26 },
        ],
      },
      {
        at: d2,
        rows: [{ id: 2, region: "n", year: 26 }],
        expectedCurrentIds: [1, 2, 3],
        expectedClosedIds: [4],
      },
    ],
  },
  {
    id: "a null is a value of the scope",
    strategy: "check",
    key: ["id"],
    options: { ...check, deleteScope: ["region"] },
    batches: [
      {
        at: d1,
        rows: [
          { id: 1, region: null },
          { id: 2, region: null },
          { id: 3, region: "s" },
        ],
      },
      {
        at: d2,
        rows: [{ id: 1, region: null }],
        expectedCurrentIds: [1, 3],
        expectedClosedIds: [2],
      },
    ],
  },
  {
    id: "members of a later load start with it where those of the first start at the epoch",
    strategy: "check",
    key: ["id"],
    options: { ...check, firstLoadFrom: "epoch", deletes: "ignore" },
    batches: [
      { at: d1, rows: [order("new")] },
      {
        at: d2,
        rows: [other],
        expected: [
          version(order("new"), "1970-01-01T00:00:00.000000Z", null),
          version(other, d2, null),
        ],
      },
    ],
  },
  {
    id: "times of a microsecond are kept",
    strategy: "timestamp",
    key: ["id"],
    options: { ...timestamp, deletes: "ignore" },
    batches: [
      { at: d3, rows: [order("new", "2026-05-01T00:00:00.000001Z")] },
      {
        at: d4,
        rows: [order("next", "2026-05-01T00:00:00.000002Z")],
        expected: [
          version(
            order("new", "2026-05-01T00:00:00.000001Z"),
            "2026-05-01T00:00:00.000001Z",
            "2026-05-01T00:00:00.000002Z",
          ),
          version(
            order("next", "2026-05-01T00:00:00.000002Z"),
            "2026-05-01T00:00:00.000002Z",
            null,
          ),
        ],
      },
    ],
  },
];
