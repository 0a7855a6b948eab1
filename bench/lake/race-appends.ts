/** Appends to a table that other processes append to, and prints what that took. */
import { openTable } from "@lakewright/lake";
import { localStore } from "@lakewright/lake/node";

const [path, count] = process.argv.slice(2) as [string, string];
const table = await openTable(localStore(path));
const rows = Array.from({ length: 100 }, (_, i) => ({ id: BigInt(i) }));
let failed = 0;
const start = process.cpuUsage();
for (let k = 0; k < Number(count); k++) {
  try {
    await table.append(rows);
  } catch {
    failed++;
  }
}
const { user, system } = process.cpuUsage(start);
console.log(JSON.stringify({ cpuMs: (user + system) / 1000, failed }));
