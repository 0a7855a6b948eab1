/** A process that tries to create every name: `racer.ts FOLDER ID NAMES`. Sends the names it created. */
import { localStore } from "../../src/store/local.ts";

const [folder, id, names] = process.argv.slice(2);
const store = localStore(folder!);
const content = new TextEncoder().encode(`racer ${id}`.repeat(50_000));
const won: string[] = [];
for (let i = 0; i < Number(names); i++) {
  if (await store.putIfAbsent(`n${i}`, content)) won.push(`n${i}`);
}
process.send!(won);
