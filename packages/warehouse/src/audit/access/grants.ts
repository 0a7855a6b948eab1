import { type Capabilities, type Dialect, id, raw, type Sql, sql } from "@lakewright/sql";
import type { Step } from "../../step.ts";
import { objectName, type Place } from "../../schema/place.ts";
import type { RoleTable } from "./relations.ts";
import type { AccessRules } from "./types.ts";

interface Engine {
  readonly dialect: Dialect;
  readonly capabilities: Capabilities;
}

/** Roles, privileges and row policies. */
export function grantSteps(
  { dialect, capabilities }: Engine,
  place: Place,
  rules: AccessRules,
  relations: readonly RoleTable[],
): Step[] {
  const steps: Step[] = Object.keys(rules.roles).flatMap((role) => [
    { name: `role ${role}`, sql: createRole(dialect, capabilities, role) },
    ...takeBack(capabilities, place, rules, role),
  ]);
  if (capabilities.rowLevelSecurity) steps.push(...policySteps(place, rules, relations));
  for (const { role, relation, privilege, table } of relations) {
    const what = privilege === "write" ? "SELECT, INSERT, UPDATE, DELETE" : "SELECT";
    steps.push({
      name: `${role} may ${privilege} ${table.name}`,
      sql: sql`GRANT ${raw(what)} ON ${place.id(relation)} TO ${id(role)}`,
    });
  }
  return steps;
}

function createRole(dialect: Dialect, capabilities: Capabilities, role: string): Sql {
  if (!capabilities.rowLevelSecurity) return sql`CREATE ROLE IF NOT EXISTS ${id(role)}`;
  const statement = dialect.literal(`CREATE ROLE ${dialect.quote(role)} NOLOGIN`);
  return raw(
    `DO ${dollarQuoted(`BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${dialect.literal(role)}) THEN EXECUTE ${statement}; END IF;
END`)}`,
  );
}

/** Text between marks that do not occur in it. */
function dollarQuoted(text: string): string {
  let mark = "$do$";
  while (text.includes(mark)) mark = `${mark.slice(0, -1)}o$`;
  return `${mark}${text}${mark}`;
}

/** What the role had before, also as one of all: on these tables, or, where the engine cannot take back what may not be there, all it had. */
function takeBack(
  capabilities: Capabilities,
  place: Place,
  rules: AccessRules,
  role: string,
): Step[] {
  const name = `take back what ${role} had`;
  if (!capabilities.rowLevelSecurity) {
    return [{ name, sql: sql`REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${id(role)}` }];
  }
  return [
    ...Object.values(rules.tables).map((table) => ({
      name,
      sql: sql`REVOKE ALL ON ${place.id(table.name)} FROM ${id(role)}, PUBLIC`,
    })),
    {
      name: `${role} may name the schema`,
      sql: sql`GRANT USAGE ON SCHEMA ${id(place.schema)} TO ${id(role)}`,
    },
  ];
}

/**
 * With row security on, a role without a policy sees nothing, so every role of the table gets one. The owner of the
 * table, who loads it, is not bound by it.
 */
function policySteps(place: Place, rules: AccessRules, relations: readonly RoleTable[]): Step[] {
  return Object.values(rules.tables).flatMap((table) => {
    const direct = relations.filter((it) => it.table === table && it.relation === table.name);
    const target = place.id(table.name);
    const secured = direct.some((it) => it.rows !== undefined);
    const drop = Object.keys(rules.roles).map((role) => ({
      name: `drop the policy of ${role}`,
      sql: sql`DROP POLICY IF EXISTS ${id(objectName(table.name, `${role}_rows`))} ON ${target}`,
    }));
    const toggle = {
      name: `row security of ${table.name}`,
      sql: sql`ALTER TABLE ${target} ${raw(secured ? "ENABLE" : "DISABLE")} ROW LEVEL SECURITY`,
    };
    if (!secured) return [...drop, toggle];
    const policies = direct.map(({ role, rows, privilege }) => {
      const condition = rows ?? raw("true");
      const check = privilege === "write" ? sql` WITH CHECK (${condition})` : raw("");
      const command = raw(privilege === "write" ? "ALL" : "SELECT");
      return {
        name: `rows of ${role}`,
        sql: sql`CREATE POLICY ${id(objectName(table.name, `${role}_rows`))} ON ${target}
  FOR ${command} TO ${id(role)} USING (${condition})${check}`,
      };
    });
    return [...drop, toggle, ...policies];
  });
}
