import type { Sql } from "@lakewright/sql";
import type { StarTable } from "../../define/star-table.ts";

/**
 * What a role sees instead of a value: nothing, a fixed word, or the last characters of a text. Hashes are not among them:
 * their key would stand in the view for all to read; hash before loading, as `pseudonymise` of `stream` does.
 */
export type Mask = "null" | "redact" | { readonly keepLast: number };

/** What members of a role may do. Tables are named by the keys given to `defineAccess`. */
export interface RoleRules<Name extends string = string> {
  /** Tables it may read. */
  readonly read?: readonly Name[] | undefined;
  /** Tables it may read, add to, change and delete from. */
  readonly write?: readonly Name[] | undefined;
  /** Of a table it may read, the rows it sees: a condition on the columns of that table. */
  readonly rows?: Readonly<Partial<Record<Name, Sql>>> | undefined;
  /** Of a table it may read, the columns it sees masked. */
  readonly masks?: Readonly<Partial<Record<Name, Readonly<Record<string, Mask>>>>> | undefined;
}

/** Who may see what. Made by `defineAccess`. */
export interface AccessRules {
  readonly tables: Readonly<Record<string, StarTable>>;
  readonly roles: Readonly<Record<string, RoleRules>>;
}

/** The statements that put rules in force. Prints as one script. */
export interface AccessPlan {
  readonly steps: readonly { readonly name: string; readonly sql: string }[];
  /** False where the engine has no roles: then there are only the views, and nothing keeps anybody from the tables. */
  readonly enforced: boolean;
  /** What each role reads in place of a table: the table itself, or a view made for the role. */
  readonly relations: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  toString(): string;
}
