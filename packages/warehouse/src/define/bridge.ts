import {
  type Column,
  type Columns,
  decimal,
  type Decimal,
  type Field,
  tableFromFields,
} from "@lakewright/core";
import { assertKnown } from "../options.ts";
import type { Dimension } from "./dimension.ts";
import type { FactColumns, FactRow, RoleDimensions } from "./fact-columns.ts";
import { type Fact, freezeFact } from "./fact.ts";
import { assertDistinct, invalidDefinition, namesOf } from "./names.ts";
import { fieldsOf, naturalKeys, type RoleDefinitions, rolesOf } from "./references.ts";

/** Weights have eight decimals. Their sum is exactly 1. */
const WEIGHT: WeightColumn = decimal(9, 8) as WeightColumn;

type WeightColumn = Column<Decimal, Decimal | string, "decimal">;

/** What a bridge joins, and how its rows share a fact out. */
export interface BridgeOptions<D extends RoleDefinitions, A extends Columns, W extends string> {
  /**
   * Exactly two roles: first what facts refer to and has a group, then the members of groups:
   * `{ account: accounts, owner: customers }`. The first may have no history, or its new versions would have no group; of
   * the second, the version that is current when the group is loaded counts.
   */
  readonly between: D;
  /**
   * The column of the weighting factors, or false where the members only are listed and a sum over them counts a fact
   * several times. Default "weight".
   */
  readonly weight?: W | false | undefined;
  /** More columns of a membership. Default none. */
  readonly attributes?: A | undefined;
}

/**
 * A bridge (Kimball): which members belong to a group a fact refers to, and with what share, where a fact has several
 * members of one dimension. A load gives whole groups: members the data does not have leave theirs. Weights of a group
 * that do not add up to exactly 1 put all of its rows aside.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION
 */
export function bridge<
  const D extends RoleDefinitions,
  const A extends Columns = {},
  const W extends string = "weight",
>(
  name: string,
  options: BridgeOptions<D, A, W>,
): Fact<
  BridgeColumns<D, A, W>,
  FactRow<BridgeColumns<D, A, W>, never, D, WeightOf<W>, A, never, never>,
  RoleDimensions<D>,
  never
> {
  const known = ["between", "weight", "attributes"];
  assertKnown(`Bridge "${name}"`, options, known, "WAREHOUSE_INVALID_DEFINITION");
  const roles = rolesOf(name, options.between, options.attributes ?? {});
  const [group, member] = roles;
  if (roles.length !== 2 || group === undefined || member === undefined) {
    throw invalidDefinition(
      `Bridge "${name}" has ${roles.length} roles; it needs two.`,
      "First what facts refer to, then the members: between: { account: accounts, owner: customers }.",
    );
  }
  assertGroup(name, group.dimension);
  const weight = options.weight === false ? undefined : (options.weight ?? "weight");
  const own: Columns = {
    ...options.attributes,
    ...(weight === undefined ? {} : { [weight]: WEIGHT }),
  };
  const keys = naturalKeys(name, roles, own);
  const input = tableFromFields(name, fieldsOf({ ...keys, ...own }));
  const fields: Field[] = fieldsOf(own);
  assertDistinct(name, [group.column, member.column, ...namesOf({ fields })]);
  return freezeFact({
    kind: "fact",
    name,
    factKind: "bridge",
    input,
    roles,
    grain: [group.column, member.column],
    own: fields,
    snapshot: undefined,
    milestones: [],
    lags: [],
    group: { column: group.column, weight },
    surrogateKey: undefined,
    eventTime: undefined,
    onDelete: "cascade",
    partitionBy: undefined,
  }) as never;
}

type WeightOf<W extends string> = { readonly [P in W]: WeightColumn };

type BridgeColumns<D extends RoleDefinitions, A extends Columns, W extends string> = FactColumns<
  never,
  D,
  WeightOf<W>,
  A
>;

/**
 * Weights of `count` members that have equal shares, as decimal text with eight decimals; the first ones carry what a
 * division leaves over, so that they add up to exactly 1: `evenWeights(3)` is `["0.33333334", "0.33333333", "0.33333333"]`.
 */
export function evenWeights(count: number): string[] {
  if (!Number.isInteger(count) || count < 1 || count > 100_000_000) {
    throw invalidDefinition(`There are no weights for ${count} members.`);
  }
  const share = Math.floor(100_000_000 / count);
  const left = 100_000_000 - share * count;
  return Array.from({ length: count }, (_, k) => {
    const digits = String(share + (k < left ? 1 : 0)).padStart(9, "0");
    return `${digits[0]}.${digits.slice(1)}`;
  });
}

function assertGroup(bridge: string, { name, versioning }: Dimension): void {
  if (versioning !== "scd2") return;
  throw invalidDefinition(
    `Bridge "${bridge}" groups by "${name}", which has history: a new version would have no group.`,
    "Give facts a dimension of groups without history, and put that into the bridge.",
  );
}
