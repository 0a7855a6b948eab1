/** One check of a table, with what is said of it below and in the configurations of the table. */
export interface SodaCheck {
  readonly table: string;
  /** The line of the check: `missing_count(id) = 1`. */
  readonly text: string;
  readonly options: ReadonlyMap<string, readonly string[]>;
}

/** Reads the part of SodaCL that lists checks of whole tables; undefined for anything else. */
export function parseSodaCl(
  source: string,
  variables: Readonly<Record<string, string>>,
): readonly SodaCheck[] | undefined {
  const text = source.replace(/\$\{(\w+)\}/g, (all, name: string) => variables[name] ?? all);
  const lines = text.split("\n").filter((line) => /^\s*[^\s#]/.test(line));
  const checks: { table: string; text: string; options: Map<string, string[]> }[] = [];
  const configured: { table: string; column: string; key: string; values: string[] }[] = [];
  let section: { kind: string; table: string } | undefined;
  let indent = -1;
  let values: string[] | undefined;
  for (const line of lines) {
    const depth = line.search(/\S/);
    const top = /^(checks|configurations) for (\w+):$/.exec(line.trimEnd());
    if (depth === 0 && !top) return undefined;
    if (top) {
      section = { kind: top[1]!, table: top[2]! };
      indent = -1;
      values = undefined;
      continue;
    }
    if (section === undefined) return undefined;
    const item = /^\s*- (.+?)\s*$/.exec(line)?.[1];
    if (item !== undefined && values !== undefined && depth > indent) {
      values.push(unquoted(item));
      continue;
    }
    values = undefined;
    if (section.kind === "checks" && item !== undefined) {
      if (indent >= 0 && depth !== indent) return undefined;
      indent = depth;
      const { table } = section;
      checks.push({ table, text: item.replace(/:$/, ""), options: new Map() });
      continue;
    }
    const pair = /^\s*([a-z ]+?)(?: for (\w+))?:\s*(.*?)\s*$/.exec(line);
    if (!pair) return undefined;
    const given = listOf(pair[3]!);
    if (given.length === 0) values = given;
    if (section.kind === "checks") checks.at(-1)?.options.set(pair[1]!, given);
    else if (pair[2] === undefined) return undefined;
    else configured.push({ table: section.table, column: pair[2], key: pair[1]!, values: given });
  }
  for (const { table, column, key, values: given } of configured) {
    const of = checks.filter((one) => one.table === table && one.text.includes(`(${column})`));
    for (const one of of) one.options.set(key, given);
  }
  return checks;
}

/** `[a, "b"]`, one value, or none yet: they follow line by line. */
function listOf(text: string): string[] {
  if (text === "") return [];
  const inner = /^\[(.*)\]$/.exec(text)?.[1];
  return (inner === undefined ? [text] : inner.split(",")).map((one) => unquoted(one.trim()));
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, "$2");
}
