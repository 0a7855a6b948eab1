import type { Capabilities, Sql } from "@lakewright/sql";
import type { StarTable } from "../../define/star-table.ts";
import { objectName } from "../../schema/place.ts";
import type { AccessRules, Mask } from "./types.ts";

/** A table as one role has it. */
export interface RoleTable {
  readonly role: string;
  /** What the rules call the table. */
  readonly key: string;
  readonly table: StarTable;
  readonly privilege: "read" | "write";
  readonly rows: Sql | undefined;
  readonly masks: ReadonlyMap<string, Mask>;
  /** What the role reads: the table, or its view. */
  readonly relation: string;
}

/** Every table of every role. */
export function relationsOf(rules: AccessRules, capabilities: Capabilities): RoleTable[] {
  return Object.entries(rules.roles).flatMap(([role, { read = [], write = [], rows, masks }]) =>
    Object.entries(rules.tables)
      .filter(([key]) => read.includes(key) || write.includes(key))
      .map(([key, table]): RoleTable => {
        const privilege = write.includes(key) ? "write" : "read";
        const condition = rows?.[key];
        const masked = new Map(Object.entries(masks?.[key] ?? {}));
        const byPolicy = capabilities.rowLevelSecurity && masked.size === 0;
        const viewed = masked.size > 0 || (condition !== undefined && !byPolicy);
        return {
          role,
          key,
          table,
          privilege,
          rows: condition,
          masks: masked,
          relation: viewed ? viewName(table, role) : table.name,
        };
      }),
  );
}

function viewName(table: StarTable, role: string): string {
  return objectName(table.name, `_${role}`);
}

/** Every view the roles may have, or have had under other rules. */
export function viewsOf({
  tables,
  roles,
}: AccessRules): { readonly role: string; readonly key: string; readonly view: string }[] {
  return Object.keys(roles).flatMap((role) =>
    Object.entries(tables).map(([key, table]) => ({ role, key, view: viewName(table, role) })),
  );
}
