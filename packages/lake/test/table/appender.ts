/**
 * A process that appends: `appender.ts FOLDER NAME APPENDS ROWS`. With a name, append k is transaction k of that name and
 * the process goes on where the table says it stopped; it prints a line for each commit.
 */
import { openTable } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { someSales } from "./sales.ts";

const [folder, name, appends, rows] = process.argv.slice(2);
const count = Number(rows);
const table = await openTable(localStore(folder!));
const first = Number(name!.split("/")[1] ?? 0) * Number(appends) * count;
for (let k = 0; k < Number(appends); k++) {
  const { written } = await table.append(someSales(count, first + k * count), {
    txn: { appId: name!, version: k },
  });
  process.stdout.write(`${k} ${written}\n`);
}
