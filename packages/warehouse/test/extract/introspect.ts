import type { SqlEngine } from "@lakewright/sql";
import { introspect, type SourceTable, toTypeScript } from "@lakewright/warehouse/extract";
import { expect, it } from "vitest";

/** What introspection promises on every engine. `q` quotes a name as the engine does. */
export function introspectionSuite(engine: () => SqlEngine, schema: () => string): void {
  const path = (name: string): string => {
    const { dialect } = engine();
    return `${dialect.quote(schema())}.${dialect.quote(name)}`;
  };
  const q = (name: string): string => engine().dialect.quote(name);
  const tables = (include?: readonly string[]): Promise<readonly SourceTable[]> =>
    introspect(engine(), { schema: schema(), include });

  it("finds keys, foreign keys and nullability under names of any case", async () => {
    await engine().execute(
      `CREATE TABLE ${path("Company")} (${q("companyId")} BIGINT PRIMARY KEY, ${q("select")} VARCHAR(20) NOT NULL UNIQUE)`,
    );
    await engine().execute(
      `CREATE TABLE ${path("SaleDocument")} (${q("Site")} INT NOT NULL, ${q("no")} BIGINT NOT NULL, ${q("companyId")} BIGINT, ${q(`it's "x"`)} DECIMAL(12,2),
PRIMARY KEY (${q("Site")}, ${q("no")}), FOREIGN KEY (${q("companyId")}) REFERENCES ${path("Company")} (${q("companyId")}))`,
    );
    const [company, document] = await tables(["Company", "SaleDocument"]);
    expect(company!.primaryKey).toEqual(["companyId"]);
    expect(company!.uniqueKeys).toEqual([["select"]]);
    expect(company!.table.columns["select"]!.nullable).toBe(false);
    expect(document!.primaryKey).toEqual(["Site", "no"]);
    expect(document!.table.columns["companyId"]).toEqual({
      type: { kind: "int64" },
      nullable: true,
    });
    expect(document!.table.columns[`it's "x"`]!.type).toEqual({
      kind: "decimal",
      precision: 12,
      scale: 2,
    });
    expect(document!.foreignKeys).toHaveLength(1);
    expect(document!.foreignKeys[0]).toMatchObject({
      columns: ["companyId"],
      references: { path: [schema(), "Company"], columns: ["companyId"] },
    });
    const source = toTypeScript([company!, document!]);
    expect(source).toContain('export const saleDocument = defineTable("SaleDocument", {');
    expect(source).toContain("companyId: nullable(int64()),");
    expect(source).toContain(`"it's \\"x\\"": nullable(decimal(12, 2)),`);
    expect(source).toContain(
      ` * Primary key: Site, no.\n * companyId refers to ${schema()}.Company(companyId).`,
    );
  });

  it("takes what is included and leaves what is excluded", async () => {
    for (const name of ["a_one", "a_two", "b.one"]) {
      await engine().execute(`CREATE TABLE ${path(name)} (id INT PRIMARY KEY)`);
    }
    const names = async (include: string[], exclude: string[] = []): Promise<string[]> =>
      (await introspect(engine(), { schema: schema(), include, exclude })).map(
        ({ table }) => table.name,
      );
    expect(await names(["a_*"])).toEqual(["a_one", "a_two"]);
    expect(await names(["*_*"], ["*two"])).toEqual(["a_one"]);
    expect(await names(["b.one"])).toEqual(["b.one"]);
    expect(await names(["bXone*"])).toEqual([]);
    await expect(names(["A_one"])).rejects.toMatchObject({
      code: "WAREHOUSE_UNKNOWN_TABLE",
      message: 'The source has no table "A_one".',
    });
    await expect(introspect(engine(), { schemas: "x" } as object)).rejects.toMatchObject({
      code: "WAREHOUSE_INVALID_OPTION",
    });
  });

  it("shows views when they are asked for", async () => {
    await engine().execute(`CREATE TABLE ${path("kept")} (id INT PRIMARY KEY)`);
    await engine().execute(`CREATE VIEW ${path("shown")} AS SELECT id FROM ${path("kept")}`);
    expect((await tables()).map(({ table }) => table.name)).not.toContain("shown");
    const all = await introspect(engine(), { schema: schema(), views: true });
    expect(all.find(({ table }) => table.name === "shown")).toMatchObject({
      kind: "view",
      primaryKey: [],
    });
  });

  it("reads as many tables as an ERP has in a handful of queries", async () => {
    const count = 120;
    for (let k = 0; k < count; k++) {
      await engine().execute(
        `CREATE TABLE ${path(`t_${String(k).padStart(3, "0")}`)} (id BIGINT PRIMARY KEY, name VARCHAR(50), amount DECIMAL(18,4), seen TIMESTAMP NULL)`,
      );
    }
    let queries = 0;
    const counting = new Proxy(engine(), {
      get: (target, property) => {
        if (property === "query") queries++;
        const value = Reflect.get(target, property) as unknown;
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    const found = await introspect(counting, { schema: schema(), include: ["t_*"] });
    expect(found).toHaveLength(count);
    expect(found[7]!.table.name).toBe("t_007");
    expect(found[7]!.table.fields.map(({ name }) => name)).toEqual([
      "id",
      "name",
      "amount",
      "seen",
    ]);
    expect(queries).toBeLessThanOrEqual(6);
  });
}
