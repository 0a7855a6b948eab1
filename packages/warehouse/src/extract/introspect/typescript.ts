import type { Column, LogicalType } from "@lakewright/core";
import { assertSources } from "../given.ts";
import type { SourceTable } from "./source-table.ts";

/**
 * TypeScript source with a `defineTable` for each table; what the database says of it beside its columns is in its
 * docstring.
 */
export function toTypeScript(tables: readonly SourceTable[]): string {
  assertSources("toTypeScript", tables);
  const used = new Set(["defineTable"]);
  const names = new Set<string>();
  const definitions = tables.map((table) => definitionOf(table, nameOf(table, names), used));
  const imports = [...used].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const lines = imports.map((name) => `  ${name},`).join("\n");
  return `import {\n${lines}\n} from "@lakewright/core";\n\n${definitions.join("\n\n")}\n`;
}

function definitionOf(source: SourceTable, name: string, used: Set<string>): string {
  const comments = new Map(source.columns.map((column) => [column.name, column.comment]));
  const unread = new Map(source.unsupported.map((one) => [one.column, one]));
  const columns = source.table.fields.flatMap(({ name, column }) => {
    const said = [
      comments.get(name),
      unread.has(name) ? `${unread.get(name)!.nativeType}, read as text.` : undefined,
    ].filter((text) => text !== undefined);
    const doc = said.length > 0 ? [`  ${docOf(said.join(" "))}`] : [];
    return [...doc, `  ${propertyOf(name)}: ${columnOf(column, used)},`];
  });
  return `${docstringOf(source)}export const ${name} = defineTable(${JSON.stringify(source.table.name)}, {
${columns.join("\n")}
});`;
}

function docstringOf({ comment, primaryKey, uniqueKeys, foreignKeys }: SourceTable): string {
  const lines = [
    ...(comment === undefined ? [] : [comment]),
    ...(primaryKey.length > 0 ? [`Primary key: ${primaryKey.join(", ")}.`] : []),
    ...uniqueKeys.map((key) => `Unique: ${key.join(", ")}.`),
    ...foreignKeys.map(
      ({ columns, references }) =>
        `${columns.join(", ")} refers to ${references.path.join(".")}(${references.columns.join(", ")}).`,
    ),
  ];
  if (lines.length === 0) return "";
  if (lines.length === 1) return `${docOf(lines[0]!)}\n`;
  return `/**\n${lines.map((line) => ` * ${plain(line)}`).join("\n")}\n */\n`;
}

const docOf = (text: string): string => `/** ${plain(text)} */`;

/** Text of a database as it may stand in a comment. */
const plain = (text: string): string => text.replaceAll("*/", "* /").replace(/\s+/g, " ").trim();

function columnOf({ type, nullable }: Column, used: Set<string>): string {
  const text = typeOf(type, used);
  if (!nullable) return text;
  used.add("nullable");
  return `nullable(${text})`;
}

function typeOf(type: LogicalType, used: Set<string>): string {
  const call = (name: string, ...inside: readonly string[]): string => {
    used.add(name);
    return `${name}(${inside.join(", ")})`;
  };
  switch (type.kind) {
    case "decimal":
      return call("decimal", String(type.precision), String(type.scale));
    case "timestamp": {
      const unit = type.unit === "us" ? [] : [JSON.stringify(type.unit)];
      return call(type.utc ? "timestamp" : "naiveTimestamp", ...unit);
    }
    case "oneOf":
      return call("oneOf", JSON.stringify(type.values));
    case "list":
      return call("list", columnOf(type.item, used));
    case "map":
      return call("map", columnOf(type.key, used), columnOf(type.value, used));
    case "struct": {
      const fields = Object.entries(type.fields).map(
        ([name, column]) => `${propertyOf(name)}: ${columnOf(column, used)}`,
      );
      return call("struct", `{ ${fields.join(", ")} }`);
    }
    default:
      return call(type.kind);
  }
}

function propertyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== "__proto__" ? name : JSON.stringify(name);
}

/** `SaleDocument` and `sale_document` become `saleDocument` and `saleDocument2`. */
function nameOf({ table }: SourceTable, taken: Set<string>): string {
  const words = table.name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const joined = words.map((word, k) => (k === 0 ? word : word[0]!.toUpperCase() + word.slice(1)));
  const text = joined.join("") || "table";
  const camel = /^[A-Z]+$/.test(text) ? text.toLowerCase() : text[0]!.toLowerCase() + text.slice(1);
  const base = /^\d/.test(camel) || RESERVED.has(camel) ? `_${camel}` : camel;
  let name = base;
  for (let k = 2; taken.has(name); k++) name = `${base}${k}`;
  taken.add(name);
  return name;
}

/** Words no constant may be called, and the names of the functions that are imported. */
const RESERVED = new Set(
  `await break case catch class const continue debugger default delete do else enum export extends false finally for function
if implements import in instanceof interface let new null package private protected public return static super switch this throw
true try typeof var void while with yield arguments eval undefined
binary bool date decimal defineTable float32 float64 int8 int16 int32 int64 list map naiveTimestamp nullable oneOf struct timestamp
uint8 uint16 uint32 uint64 utf8`.split(/\s+/),
);
