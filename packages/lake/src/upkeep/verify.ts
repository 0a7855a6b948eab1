import { checkOptions, isOneOf, jobChecks } from "../options.ts";
import { progressOf } from "../progress.ts";
import { inOrder } from "../store/parallel.ts";
import type { DeltaTable } from "../table/delta-table.ts";
import type { Finding, VerifyOptions, VerifyResult } from "./types.ts";
import { verifyData } from "./verify-data.ts";
import { presentFiles } from "./verify-files.ts";
import { verifyCheckpoints } from "./verify-checkpoints.ts";
import { verifyCommits } from "./verify-commits.ts";

const FILES_AT_ONCE = 4;

/**
 * Looks for what is missing or contradicts itself: in the log whether each commit can be read and follows the one before, and
 * each checkpoint says what the commits say; of the data files whether they are there with their size. With depth "data"
 * every file is read as well: its rows, statistics, deletion vector and partition values are compared with the log.
 */
export async function verifyTable(
  table: DeltaTable,
  options: VerifyOptions = {},
): Promise<VerifyResult> {
  checkOptions("verify", options, { ...jobChecks, depth: isOneOf("log", "data") });
  const { store, state } = table;
  const { signal, depth = "log" } = options;
  const findings: Finding[] = [];
  const note = (kind: string, path: string, message: string): void => {
    findings.push({ kind, path, message });
  };
  await verifyCommits(store, state, note, signal);
  await verifyCheckpoints(store, note, signal);
  const present = await presentFiles(store, state, note, signal);
  let bytesChecked = present.reduce((sum, file) => sum + file.size, 0);
  if (depth === "data") {
    bytesChecked = 0;
    const report = progressOf(options.onProgress);
    let done = 0;
    const read = async (file: (typeof present)[number]): Promise<number> => {
      await verifyData(store, table.layout, file, note, signal);
      return file.size;
    };
    for await (const size of inOrder(present, FILES_AT_ONCE, read)) {
      bytesChecked += size;
      report({ phase: "verify", done: ++done, total: present.length, unit: "files" });
    }
  }
  return { version: state.version, filesChecked: state.files.size, bytesChecked, findings };
}
