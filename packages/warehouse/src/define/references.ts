import {
  type Column,
  type Columns,
  type Field,
  nullable,
  sameType,
  showValue,
} from "@lakewright/core";
import { assertKnown, isObject } from "../options.ts";
import type { Dimension } from "./dimension.ts";
import { assertColumns, invalidDefinition, NOT_APPLICABLE_KEY, UNKNOWN_KEY } from "./names.ts";

/** How a table refers to a dimension: the dimension, or the dimension and how its key is given. */
export type ReferenceDefinition<D extends Dimension = Dimension> = D | RoleMapping<D>;

/** A dimension in a role whose natural key has another name in the rows, or may be absent. */
export interface RoleMapping<D extends Dimension = Dimension> {
  readonly dimension: D;
  /** Natural key of the dimension → column of the rows. Default: the same names. */
  readonly key?: Readonly<Record<string, string>> | undefined;
  /**
   * Lets the rows come without the natural key, and says what null then refers to: "unknown" is member -1,
   * "notApplicable" member -2. Default: the key is needed, but for milestones, whose null is -1.
   */
  readonly absent?: "unknown" | "notApplicable" | undefined;
}

/** Which dimensions a table refers to: role → dimension. */
export type RoleDefinitions = Readonly<Record<string, ReferenceDefinition>>;

/** A dimension as a fact, a bridge or another dimension refers to it. */
export interface Role {
  readonly name: string;
  readonly dimension: Dimension;
  /** The column that has the surrogate key: `<role>_key`. */
  readonly column: string;
  /** Columns of the rows with the natural key, in the order of the dimension's key. */
  readonly from: readonly string[];
  /** The member a null natural key refers to: -1, unknown, or -2, not applicable. A key no member has is always -1. */
  readonly absentKey: bigint;
  /** Whether the rows may come without the natural key. */
  readonly optional: boolean;
}

function isDimension(given: unknown): boolean {
  if (!isObject(given)) return false;
  const found: unknown = "dimension" in given ? given.dimension : given;
  return isObject(found) && "kind" in found && found.kind === "dimension";
}

/** The roles of a definition. @param named - columns it declares itself, which may be nullable */
export function rolesOf(table: string, definitions: RoleDefinitions, named: Columns): Role[] {
  if (!isObject(definitions)) {
    throw invalidDefinition(
      `The dimensions of "${table}" are ${showValue(definitions)}, which is no object.`,
      "Give them by role: { customer: customers }.",
    );
  }
  if (Array.isArray(definitions)) {
    throw invalidDefinition(
      `The dimensions of "${table}" are a list, and have no roles.`,
      "Give them by role: { customer: customers }.",
    );
  }
  const roles = Object.entries(definitions).map(([name, definition]): Role => {
    if (!isDimension(definition)) {
      throw invalidDefinition(
        `Role "${name}" of "${table}" is ${showValue(definition)}, which is no dimension.`,
        "Give what dimension(…) or calendar(…) made, or { dimension, key }.",
      );
    }
    const mapped = "dimension" in definition ? definition : undefined;
    const dimension = "dimension" in definition ? definition.dimension : definition;
    if (mapped) {
      const known = ["dimension", "key", "absent"];
      assertKnown(`Role "${name}" of "${table}"`, mapped, known, "WAREHOUSE_INVALID_DEFINITION");
    }
    const names = mapped?.key ?? {};
    assertColumns(table, `The key of role "${name}"`, Object.keys(names), dimension.key);
    const absent = mapped?.absent;
    if (absent !== undefined && absent !== "unknown" && absent !== "notApplicable") {
      throw invalidDefinition(`Role "${name}" of "${table}" has absent: "${String(absent)}".`);
    }
    const from = dimension.key.map((column) => names[column] ?? column);
    return {
      name,
      dimension,
      column: `${name}_key`,
      from,
      absentKey: absent === "notApplicable" ? NOT_APPLICABLE_KEY : UNKNOWN_KEY,
      optional: absent !== undefined || from.some((column) => named[column]?.nullable),
    };
  });
  assertApart(table, roles);
  return roles;
}

/** Two roles of one dimension that read the same columns would always be one member. */
function assertApart(table: string, roles: readonly Role[]): void {
  roles.forEach((role, k) => {
    const same = roles
      .slice(0, k)
      .find((it) => it.dimension === role.dimension && it.from.join("\0") === role.from.join("\0"));
    if (same === undefined) return;
    const key = role.dimension.key[0]!;
    throw invalidDefinition(
      `Roles "${same.name}" and "${role.name}" of "${table}" both read "${role.from.join('", "')}", and would always be one member.`,
      `Say which column each reads: ${role.name}: { dimension, key: { ${key}: "${role.name}_${key}" } }.`,
    );
  });
}

/** The natural keys of all roles, as the rows have them: in the type declared for the column, or the dimension's. */
export function naturalKeys(table: string, roles: readonly Role[], named: Columns): Columns {
  const columns: Record<string, Column> = {};
  for (const role of roles) {
    role.dimension.key.forEach((key, k) => {
      const column = role.from[k]!;
      const wanted = role.dimension.input.columns[key]!;
      const given = named[column] ?? columns[column] ?? wanted;
      if (!takes(role.dimension, given) && !sameType(given.type, wanted.type)) {
        throw invalidDefinition(
          `Column "${column}" of "${table}" is not of the type of "${key}" of "${role.dimension.name}".`,
          `Give it the type it has in the dimension, or another name: ${role.name}: { dimension, key: { ${key}: "…" } }.`,
        );
      }
      columns[column] = role.optional && !(column in named) ? nullable(given) : given;
    });
  }
  return columns;
}

/** Calendars and clocks also take a timestamp. */
function takes({ days, clock }: Dimension, { type }: Column): boolean {
  return (days !== undefined || clock !== undefined) && type.kind === "timestamp";
}

export function fieldsOf(columns: Columns): Field[] {
  return Object.entries(columns).map(([name, column]) => ({ name, column }));
}
