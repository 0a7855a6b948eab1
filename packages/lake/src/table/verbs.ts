// Everything that changes tables: a module of its own, so that what only reads need not load it.
export { alterTable } from "../alter/alter.ts";
export { planDelete } from "../change/delete.ts";
export { planUpdate } from "../change/update.ts";
export { writeCheckpoint } from "../delta/checkpoint/write.ts";
export { assertWritable } from "../delta/schema/protocol.ts";
export { planMerge } from "../merge/merge.ts";
export { planCleanLog } from "../upkeep/clean-log.ts";
export { planOptimize } from "../upkeep/optimize.ts";
export { planRestore } from "../upkeep/restore.ts";
export { planVacuum } from "../upkeep/vacuum.ts";
export { verifyTable } from "../upkeep/verify.ts";
export { overwriteRows } from "./overwrite.ts";
export { positionsOf, writeRange } from "./sink.ts";
