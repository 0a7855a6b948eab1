import { bigintRange, type Field, showValue, type Table } from "@lakewright/core";
import type { FieldMetadata } from "../delta/schema/schema.ts";
import { bindCondition, bindValue } from "../expression/evaluate.ts";
import { sql } from "../expression/expression.ts";
import { checkOptions, invalidOption } from "../options.ts";
import { CHECK_PREFIX, DEFAULT, GENERATED, IDENTITY } from "./table-rules.ts";
import type { IdentityOptions, TableRuleOptions } from "./types.ts";

/** Rules as the log keeps them. */
export interface RuleDefinitions {
  readonly fields: FieldMetadata;
  readonly configuration: Readonly<Record<string, string>>;
}

/**
 * Checks the rules a table is created with.
 *
 * @throws LakeError LAKE_INVALID_EXPRESSION for an expression that is not understood; LAKE_INVALID_OPTION
 */
export function defineRules(table: Table, options: TableRuleOptions): RuleDefinitions {
  const { constraints = {}, generated = {}, identity = {}, defaults = {} } = options;
  const fields: Record<string, Record<string, unknown>> = {};
  const add = (name: string, metadata: Record<string, unknown>): void => {
    if (fields[name]) {
      throw invalidOption(
        `createTable: column "${name}" is filled in by two rules.`,
        "A column is generated, counts up, or has a default.",
      );
    }
    fields[name] = metadata;
  };
  for (const [name, text] of Object.entries(generated)) {
    const field = fieldOf(table, "generated", name);
    const { columns } = bindValue({ target: table }, sql(text), field);
    const other = columns.target.find((column) => Object.hasOwn(generated, column));
    if (other !== undefined) {
      throw invalidOption(
        `createTable: column "${name}" is generated from "${other}", which is generated itself.`,
        "Generate it from the columns that one is made of.",
      );
    }
    add(name, { [GENERATED]: text });
  }
  for (const [name, text] of Object.entries(defaults)) {
    const field = fieldOf(table, "defaults", name);
    bindValue({ clock: true }, sql(text), field);
    add(name, { [DEFAULT]: text });
  }
  for (const [name, given] of Object.entries(identity)) {
    add(name, identityMetadata(fieldOf(table, "identity", name), given));
  }
  return { fields, configuration: constraintProperties(table, constraints) };
}

/** Constraints as table properties. */
export function constraintProperties(
  table: Table,
  constraints: Readonly<Record<string, string>>,
): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const [name, text] of Object.entries(constraints)) {
    if (!/^[\p{L}\p{N}_ -]+$/u.test(name)) {
      throw invalidOption(
        `The constraint name ${showValue(name)} has characters that a table property cannot.`,
        "Use letters, digits, _ and -.",
      );
    }
    bindCondition({ target: table, clock: true }, sql(text));
    // Names of constraints have no case: Spark keeps them in small letters.
    const key = CHECK_PREFIX + name.toLowerCase();
    if (key in properties) throw invalidOption(`There are two constraints named "${name}".`);
    properties[key] = text;
  }
  return properties;
}

function fieldOf(table: Table, option: string, name: string): Field {
  const field = table.fields.find((field) => field.name === name);
  if (field) return field;
  throw invalidOption(
    `createTable: ${option} names "${name}", which is no column of table "${table.name}".`,
    `Its columns are ${table.fields.map((other) => other.name).join(", ")}.`,
  );
}

function identityMetadata(
  { name, column }: Field,
  given: true | IdentityOptions,
): Record<string, unknown> {
  const options: IdentityOptions = given === true ? {} : given;
  checkOptions(`createTable: identity.${name}`, options, {
    start: isLong,
    step: isLong,
    explicit: (value) => (typeof value === "boolean" ? undefined : "true or false"),
  });
  const { start = 1n, step = 1n, explicit = false } = options;
  if (column.type.kind !== "int64") {
    throw invalidOption(
      `createTable: identity column "${name}" is ${column.type.kind}; it must be int64.`,
    );
  }
  if (!column.nullable && !explicit) {
    throw invalidOption(
      `createTable: identity column "${name}" is not nullable, so rows could neither leave it out nor bring a number.`,
      "Define it as nullable(int64()); every row gets its number all the same.",
    );
  }
  if (BigInt(step) === 0n)
    throw invalidOption(`createTable: identity column "${name}" has the step 0.`);
  return {
    [IDENTITY.start]: BigInt(start),
    [IDENTITY.step]: BigInt(step),
    [IDENTITY.allowExplicitInsert]: explicit,
  };
}

function isLong(value: unknown): string | undefined {
  const whole = typeof value === "bigint" || Number.isSafeInteger(value);
  const [low, high] = bigintRange.int64;
  const long = whole ? BigInt(value as bigint) : high + 1n;
  return long >= low && long <= high ? undefined : "an integer that 64 bits hold";
}
