/** A process that appends to a table in a bucket: `bucket-appender.ts OPTIONS FIRST APPENDS`; options as JSON. */
import { openTable } from "../../src/index.ts";
import { s3Store, type S3StoreOptions } from "../../src/s3.ts";
import { someSales } from "../table/sales.ts";

const [options, first, appends] = process.argv.slice(2);
const table = await openTable(s3Store(JSON.parse(options!) as S3StoreOptions).at("table"));
const versions: number[] = [];
for (let k = 0; k < Number(appends); k++) {
  const { version } = await table.append(someSales(2, 2 * (Number(first) + k)));
  versions.push(Number(version));
}
process.send!(versions);
