import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readJsonFile, writeFileWhole } from "../state/atomic-file.ts";
import { generate, type Truth } from "./generate.ts";
import { period } from "./shop.ts";

export interface GeneratedInput {
  readonly path: string;
  readonly truth: Truth;
}

const LINES_AT_ONCE = 2000;

/** Makes the input file and what is true of it, unless an earlier run did: the truth is written last. */
export async function generatedInput(
  folder: string,
  options: { readonly records: number; readonly seed: number },
  onProgress: (lines: number) => void,
): Promise<GeneratedInput> {
  const path = join(folder, "transactions.ndjson");
  const truthPath = join(folder, "truth.json");
  const known = (await readJsonFile(truthPath)) as Truth | undefined;
  if (known) return { path, truth: known };
  await mkdir(folder, { recursive: true });
  const { lines, truth } = generate({ ...options, ...period });
  await writeFileWhole(path, inChunks(lines, onProgress));
  await writeFileWhole(truthPath, [JSON.stringify(truth)]);
  return { path, truth };
}

function* inChunks(
  lines: Iterable<string>,
  onProgress: (lines: number) => void,
): Generator<string> {
  let held: string[] = [];
  let count = 0;
  for (const line of lines) {
    held.push(line);
    count++;
    if (held.length < LINES_AT_ONCE) continue;
    yield `${held.join("\n")}\n`;
    held = [];
    onProgress(count);
  }
  if (held.length > 0) yield `${held.join("\n")}\n`;
  onProgress(count);
}
