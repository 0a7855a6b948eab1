/** One difference between two schemas of a source. */
export interface SchemaChange {
  readonly table: string;
  /** undefined where the change is of the table. */
  readonly column: string | undefined;
  readonly kind:
    | "tableAdded"
    | "tableRemoved"
    | "columnAdded"
    | "columnRemoved"
    | "typeWidened"
    | "typeNarrowed"
    | "typeChanged"
    | "nullAllowed"
    | "nullForbidden"
    | "keyChanged";
  readonly before: string | undefined;
  readonly now: string | undefined;
}
