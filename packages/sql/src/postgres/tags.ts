const CHANGES = /^(?:INSERT \d+|UPDATE|DELETE|MERGE) (\d+)$/;

/** Rows the statements changed, by their command tags. */
export function changedRows(tags: readonly string[]): number {
  return tags.reduce((sum, tag) => sum + Number(CHANGES.exec(tag)?.[1] ?? 0), 0);
}
