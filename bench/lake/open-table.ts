/** Opens a table, lists its files, and prints what that took. */
import { readFileSync } from "node:fs";
import { openTable } from "@lakewright/lake";
import { localStore } from "@lakewright/lake/node";

const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};
const start = process.cpuUsage();
const table = await openTable(localStore(process.argv[2]!));
const opened = cpuMs(start);
// `ru_maxrss` of a process has its parent's peak in it.
const peakKb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))![1]);
const listing = process.cpuUsage();
const files = table.files().length;
console.log(
  JSON.stringify({ cpuMs: opened, listMs: cpuMs(listing), peakMb: peakKb / 1024, files }),
);
