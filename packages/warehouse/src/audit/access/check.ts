import { showValue } from "@lakewright/core";
import { invalidDefinition } from "../../define/names.ts";
import type { StarTable } from "../../define/star-table.ts";
import { invalid, isObject, isRecord } from "../../options.ts";
import { layoutOf } from "../../schema/layout.ts";
import { viewsOf } from "./relations.ts";
import type { AccessRules, Mask, RoleRules } from "./types.ts";

const BY_ROLE = 'Give what each may do: { analyst: { read: ["sales"] } }.';

/** Refuses what is no rules, as the roles alone. */
export function assertRules(subject: string, given: unknown): void {
  const isRules = isObject(given) && "tables" in given;
  if (isRules && "roles" in given) return;
  throw invalid(
    `The rules of ${subject} are ${showValue(given)}, which are none.`,
    "Give what defineAccess(tables, roles) made.",
  );
}

/** @throws WarehouseError WAREHOUSE_INVALID_DEFINITION */
export function checkRules({ tables, roles }: AccessRules): void {
  if (!isObject(roles)) {
    throw invalidDefinition(`The roles of the access rules are ${showValue(roles)}.`, BY_ROLE);
  }
  for (const [role, rules] of Object.entries(roles)) {
    if (!isRecord(rules)) {
      throw invalidDefinition(`Role "${role}" is ${showValue(rules)}, which is no rules.`, BY_ROLE);
    }
    if (role === "") throw invalidDefinition("A role of the access rules has no name.");
    for (const key of [...(rules.read ?? []), ...(rules.write ?? [])]) tableOf(tables, role, key);
    checkLimits(tables, role, rules);
  }
  checkViews({ tables, roles });
}

/** Some databases take names that differ by case for one. */
function checkViews(rules: AccessRules): void {
  const taken = new Map(
    Object.entries(rules.tables).map(([key, table]) => [
      table.name.toLowerCase(),
      `table "${key}"`,
    ]),
  );
  for (const { role, key, view } of viewsOf(rules)) {
    const { rows, masks } = rules.roles[role]!;
    if (rows?.[key] === undefined && masks?.[key] === undefined) continue;
    const what = `the view of "${key}" for role "${role}"`;
    const other = taken.get(view.toLowerCase());
    if (other !== undefined) {
      throw invalidDefinition(
        `"${view}" would be ${what}, and it is ${other}.`,
        "Give the role another name.",
      );
    }
    taken.set(view.toLowerCase(), what);
  }
}

function checkLimits(
  tables: AccessRules["tables"],
  role: string,
  { read = [], write = [], rows = {}, masks = {} }: RoleRules,
): void {
  for (const key of [...Object.keys(rows), ...Object.keys(masks)]) {
    tableOf(tables, role, key);
    if (read.includes(key) || write.includes(key)) continue;
    throw invalidDefinition(
      `Role "${role}" has rows or masks of "${key}", which it may not read.`,
      `Add "${key}" to its read.`,
    );
  }
  for (const [key, columns] of Object.entries(masks)) {
    if (write.includes(key)) {
      throw invalidDefinition(
        `Role "${role}" may write "${key}" and sees it masked: it would write masks back.`,
      );
    }
    const table = tableOf(tables, role, key);
    for (const [column, mask] of Object.entries(columns ?? {})) checkMask(table, column, mask);
  }
}

function tableOf(tables: AccessRules["tables"], role: string, key: string): StarTable {
  const table = Object.hasOwn(tables, key) ? tables[key] : undefined;
  if (table !== undefined) return table;
  throw invalidDefinition(
    `Role "${role}" names the table "${key}", which the rules do not have.`,
    `They have ${Object.keys(tables).join(", ")}.`,
  );
}

function checkMask(table: StarTable, column: string, mask: Mask): void {
  const field = layoutOf(table).columns.find(({ name }) => name === column);
  if (field === undefined) {
    throw invalidDefinition(`A mask names "${column}", which is no column of "${table.name}".`);
  }
  if (mask === "null") return;
  const { kind } = field.column.type;
  const keepLast: unknown = (mask as { readonly keepLast?: unknown }).keepLast;
  const known = mask === "redact" || (Number.isSafeInteger(keepLast) && (keepLast as number) >= 0);
  if (!known) {
    throw invalidDefinition(
      `The mask of "${column}" of "${table.name}" is ${showValue(mask)}.`,
      'Masks are "null", "redact" and { keepLast: 4 }.',
    );
  }
  if (kind !== "utf8" && kind !== "oneOf") {
    throw invalidDefinition(
      `The mask of "${column}" of "${table.name}" is for text, and the column is a ${kind}.`,
      'Mask it with "null".',
    );
  }
}
