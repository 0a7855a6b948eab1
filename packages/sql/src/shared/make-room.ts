/** What to do where the disk or the memory of a database is full. */
export const MAKE_ROOM: string =
  "Make room on the disk, or give the database more memory; nothing of the transaction is kept.";
