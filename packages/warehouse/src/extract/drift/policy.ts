/**
 * What a change of the source's schema does. "evolve": the extraction goes on with the new schema. "freeze": it fails,
 * naming the change. "quarantine": it goes on with the schema before; new columns are left out, rows whose values no longer
 * fit are put aside.
 */
export type DriftMode = "evolve" | "freeze" | "quarantine";

export interface SchemaPolicy {
  /** New and missing tables. Default "evolve". */
  readonly tables?: DriftMode | undefined;
  /** New and missing columns. Default "evolve". */
  readonly columns?: DriftMode | undefined;
  /** Other types, nullability and keys. Default "evolve" where what is new holds all that was before, else "freeze". */
  readonly types?: DriftMode | undefined;
}
