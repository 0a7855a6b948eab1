import type { SqlEngine, SqlSession } from "@lakewright/sql";
import type { StarTable } from "../../define/star-table.ts";
import { WarehouseError } from "../../errors.ts";
import { assertEngine, assertTables } from "../../given.ts";
import { assertKnown } from "../../options.ts";
import { Place } from "../../schema/place.ts";
import { ensureSchema } from "../../schema/schema.ts";
import { showPlan, type Step } from "../../step.ts";
import { assertRules, checkRules } from "./check.ts";
import { grantSteps } from "./grants.ts";
import { relationsOf, type RoleTable } from "./relations.ts";
import type { AccessPlan, AccessRules, RoleRules } from "./types.ts";
import { viewSteps } from "./views.ts";

/**
 * Describes who may see what of a star schema: privileges, rows and masked columns by role.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION for a table or column that is not there, a mask that does not go with
 * its column, or rows and masks of a table the role may not read.
 */
export function defineAccess<const T extends Readonly<Record<string, StarTable>>>(
  tables: T,
  roles: Readonly<Record<string, RoleRules<keyof T & string>>>,
): AccessRules {
  assertTables("defineAccess", tables);
  const rules: AccessRules = { tables, roles };
  checkRules(rules);
  return rules;
}

interface AccessOptions {
  /** Schema the tables are in. Default: the engine's current one. */
  readonly schema?: string | undefined;
}

/**
 * The statements that put the rules in force on this engine. The rules are all a role has on these tables: what was
 * granted before and is not in them is taken back. Roles are made where they are missing, cannot log in, and stay when
 * they are no longer named. A role with rows or masks on a table reads a view, `<table>__<role>`; on an engine with row
 * policies (Postgres), one with rows alone reads the table, under a policy.
 */
export async function planAccess(
  engine: SqlEngine,
  rules: AccessRules,
  options: AccessOptions = {},
): Promise<AccessPlan> {
  return (await prepare("planAccess", engine, rules, options)).plan;
}

/**
 * Puts the rules in force, in one transaction where the engine has DDL in transactions; where it has not (MySQL), a role has
 * less than its rules say while this runs, never more. Running it again changes nothing.
 *
 * @throws SqlError where the engine refuses: making roles and granting needs the right to.
 */
export async function applyAccess(
  engine: SqlEngine,
  rules: AccessRules,
  options: AccessOptions = {},
): Promise<AccessPlan> {
  const { plan, steps } = await prepare("applyAccess", engine, rules, options);
  const run = async (session: SqlSession): Promise<void> => {
    for (const step of steps) await session.execute(step.sql);
  };
  await (engine.capabilities.transactionalDdl ? engine.transaction(run) : run(engine));
  return plan;
}

async function prepare(
  subject: string,
  engine: SqlEngine,
  rules: AccessRules,
  options: AccessOptions,
): Promise<{ readonly plan: AccessPlan; readonly steps: readonly Step[] }> {
  assertKnown(subject, options, ["schema"]);
  assertEngine(subject, engine);
  assertRules(subject, rules);
  const { schema } = options;
  const place = schema === undefined ? await ensureSchema(engine, undefined) : new Place(schema);
  const { relations, steps } = stepsOf(engine, place, rules);
  const plan = {
    ...showPlan(engine.dialect, steps),
    enforced: engine.capabilities.grants,
    relations: relationNames(rules, relations, place),
  };
  return { plan, steps };
}

function stepsOf(
  engine: SqlEngine,
  place: Place,
  rules: AccessRules,
): { readonly relations: readonly RoleTable[]; readonly steps: readonly Step[] } {
  const relations = relationsOf(rules, engine.capabilities);
  const steps = [
    ...viewSteps(engine, place, rules, relations),
    ...(engine.capabilities.grants ? grantSteps(engine, place, rules, relations) : []),
  ];
  if (steps.some(({ sql: { parts } }) => parts.some((part) => part.kind === "parameter"))) {
    throw new WarehouseError(
      "WAREHOUSE_INVALID_DEFINITION",
      "A condition on rows has a bound value, which a view or a policy cannot have.",
      {
        hint: "Write the value into the text: sql`country = ${raw(\"'FR'\")}`, or dialect.literal(value).",
      },
    );
  }
  return { relations, steps };
}

function relationNames(
  rules: AccessRules,
  relations: readonly RoleTable[],
  place: Place,
): AccessPlan["relations"] {
  const byRole = (role: string): [string, readonly string[]][] =>
    relations
      .filter((relation) => relation.role === role)
      .map(({ key, relation }) => [key, place.path(relation)]);
  return Object.fromEntries(
    Object.keys(rules.roles).map((role) => [role, Object.fromEntries(byRole(role))]),
  );
}
