/** Works on a table until it is killed. What it does is in the arguments. */
import { openTable } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { someSales } from "../table/sales.ts";

const [, , path, what, from] = process.argv;
const table = await openTable(localStore(path!));
process.stdout.write("ready\n");
for (let k = 0; ; k++) {
  if (what === "append") await table.append(someSales(10, Number(from) + 10 * k));
  else if (what === "checkpoint") await table.checkpoint();
  else {
    await table.append([]);
    await table.optimize({ zOrderBy: ["id"] });
    await table.vacuum({ retainHours: 0.0005, allowShortRetention: true });
  }
}
