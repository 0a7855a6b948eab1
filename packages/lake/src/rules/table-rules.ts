import type { Field } from "@lakewright/core";
import type { Metadata, Protocol } from "../delta/log/actions.ts";
import type { Layout } from "../delta/schema/layout.ts";
import { type DeltaField, parseSchema, visitFields } from "../delta/schema/schema-json.ts";
import { usesClock } from "../expression/columns.ts";
import { bindCondition, bindValue } from "../expression/evaluate.ts";
import { sql } from "../expression/expression.ts";
import type { BoundCondition, BoundValue, Scope } from "../expression/types.ts";
import { isLakeError } from "../errors.ts";

export const CHECK_PREFIX = "delta.constraints.";
export const INVARIANT = "delta.invariants";
export const GENERATED = "delta.generationExpression";
export const DEFAULT = "CURRENT_DEFAULT";
export const IDENTITY = {
  start: "delta.identity.start",
  step: "delta.identity.step",
  highWaterMark: "delta.identity.highWaterMark",
  allowExplicitInsert: "delta.identity.allowExplicitInsert",
} as const;
/** Field metadata of texts with a length: "varchar(10)", "char(3)". */
export const LENGTH = "__CHAR_VARCHAR_TYPE_STRING";

/** A condition every row must meet. */
export interface CheckRule {
  readonly kind: "CHECK constraint" | "invariant";
  readonly name: string;
  readonly text: string;
  readonly condition: BoundCondition;
}

/** A column whose values an expression gives, where a row brings none. */
export interface FilledColumn {
  readonly index: number;
  readonly field: Field;
  readonly text: string;
  readonly value: BoundValue;
  /** Whether the value depends on the time of writing, so that one given cannot be checked. */
  readonly isTimed: boolean;
}

/** A column whose values count up, or down. */
export interface IdentityColumn {
  readonly index: number;
  readonly field: Field;
  readonly start: bigint;
  readonly step: bigint;
  readonly highWaterMark: bigint | undefined;
  /** Whether rows may bring values of their own. */
  readonly explicit: boolean;
}

/** A text column of limited length. */
export interface LengthRule {
  readonly index: number;
  readonly field: Field;
  readonly kind: "char" | "varchar";
  readonly length: number;
}

/** What a writer must check and fill in. */
export interface TableRules {
  readonly checks: readonly CheckRule[];
  readonly generated: readonly FilledColumn[];
  readonly defaults: readonly FilledColumn[];
  readonly identities: readonly IdentityColumn[];
  readonly lengths: readonly LengthRule[];
  /** Columns without a type, which take nulls only. */
  readonly voids: readonly { readonly index: number; readonly field: Field }[];
  /** What this package cannot do: such a table is not written to. */
  readonly obstacles: readonly string[];
}

const known = new WeakMap<Metadata, TableRules>();

/** The rules of a table: "Writer Requirements" of PROTOCOL.md for each of its features. */
export function tableRules(protocol: Protocol, metadata: Metadata, layout: Layout): TableRules {
  const before = known.get(metadata);
  if (before) return before;
  const rules = read(protocol, metadata, layout);
  known.set(metadata, rules);
  return rules;
}

function read(protocol: Protocol, metadata: Metadata, layout: Layout): TableRules {
  const scope: Scope = { target: layout.table, clock: true };
  const obstacles: string[] = [];
  const attempt = <R>(feature: string, text: string, bind: () => R): readonly R[] => {
    try {
      return [bind()];
    } catch (error) {
      if (!isLakeError(error, "LAKE_INVALID_EXPRESSION")) throw error;
      obstacles.push(`${feature} (${text}): ${error.message.replace(/\.$/, "")}`);
      return [];
    }
  };
  const check = (kind: CheckRule["kind"], name: string, text: string): readonly CheckRule[] =>
    attempt(kind === "invariant" ? "invariants" : "checkConstraints", text, () => {
      return { kind, name, text, condition: bindCondition(scope, sql(text)) };
    });
  const fields = parseSchema(metadata.schemaString);
  const has = features(protocol);
  const filled = (key: string, feature: string, legacy: number): readonly FilledColumn[] =>
    fields.flatMap(({ name, metadata: about }, index) => {
      const text = about[key];
      if (typeof text !== "string" || !has(feature, legacy)) return [];
      const field = layout.table.fields[index]!;
      return attempt(feature, `column ${name} AS ${text}`, () => {
        const value = bindValue(scope, sql(text), asNullable(field));
        return { index, field, text, value, isTimed: usesClock(sql(text)) };
      });
    });
  const checks = Object.entries(metadata.configuration)
    .filter(([key]) => key.startsWith(CHECK_PREFIX))
    .flatMap(([key, text]) => check("CHECK constraint", key.slice(CHECK_PREFIX.length), text));
  const invariants: CheckRule[] = [];
  visitFields(fields, ({ name, metadata: about }) => {
    const text = invariantOf(about[INVARIANT]);
    if (text !== undefined) invariants.push(...check("invariant", name, text));
  });
  return {
    checks: [...checks, ...invariants],
    generated: filled(GENERATED, "generatedColumns", 4),
    defaults: filled(DEFAULT, "allowColumnDefaults", 8),
    identities: has("identityColumns", 6) ? identitiesOf(fields, layout, obstacles) : [],
    lengths: fields.flatMap((field, index) => lengthOf(field, index, layout)),
    voids: layout.columns.flatMap(({ isVoid }, index) =>
      isVoid ? [{ index, field: layout.table.fields[index]! }] : [],
    ),
    obstacles,
  };
}

function features(protocol: Protocol): (feature: string, legacy: number) => boolean {
  const { minWriterVersion: version, writerFeatures = [] } = protocol;
  return (feature, legacy) => (version >= 7 ? writerFeatures.includes(feature) : version >= legacy);
}

function asNullable({ name, column }: Field): Field {
  return { name, column: { type: column.type, nullable: true } };
}

/** The condition of an invariant: `{"expression":{"expression":"amount > 0"}}` as JSON text. */
function invariantOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = String(value);
  try {
    const { expression } = (JSON.parse(text) as { expression?: { expression?: unknown } })
      .expression
      ? (JSON.parse(text) as { expression: { expression?: unknown } }).expression
      : { expression: text };
    return String(expression);
  } catch {
    return text;
  }
}

function identitiesOf(
  fields: readonly DeltaField[],
  layout: Layout,
  obstacles: string[],
): readonly IdentityColumn[] {
  return fields.flatMap(({ name, metadata: about }, index) => {
    if (about[IDENTITY.start] === undefined || about[IDENTITY.step] === undefined) return [];
    const field = layout.table.fields[index]!;
    const [start, step] = [integer(about[IDENTITY.start]), integer(about[IDENTITY.step])];
    const mark = about[IDENTITY.highWaterMark];
    const highWaterMark = mark === undefined || mark === null ? undefined : integer(mark);
    if (start === undefined || !step || field.column.type.kind !== "int64") {
      obstacles.push(`identityColumns (column ${name})`);
      return [];
    }
    const explicit = about[IDENTITY.allowExplicitInsert] === true;
    return [{ index, field, start, step, highWaterMark, explicit }];
  });
}

function integer(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : undefined;
}

function lengthOf(
  { metadata: about }: DeltaField,
  index: number,
  layout: Layout,
): readonly LengthRule[] {
  const match = /^(var)?char\((\d+)\)$/i.exec(String(about[LENGTH] ?? ""));
  if (!match) return [];
  const field = layout.table.fields[index]!;
  return [{ index, field, kind: match[1] ? "varchar" : "char", length: Number(match[2]) }];
}
