import { date, defineTable, int32, nullable, struct, utf8 } from "@lakewright/core";
import { expect, test } from "vitest";
import { createTable, memoryStore } from "../../src/index.ts";
import type { DeltaTable } from "../../src/table/delta-table.ts";

const table = defineTable("t", {
  id: int32(),
  "a,b": nullable(utf8()),
  place: nullable(struct({ city: nullable(utf8()), zip: nullable(utf8()) })),
  day: nullable(date()),
});

test.each([
  ["id", ["id"]],
  ["place", ["place.city", "place.zip"]],
  ["day, place.zip", ["place.zip", "day"]],
  ["`a,b`, ID", ["id", "a,b"]],
])(
  "statistics are kept of the columns chosen, under mapped names too: %s",
  async (chosen, names) => {
    for (const mode of ["none", "name"]) {
      const lake = await createTable(memoryStore(), table, {
        properties: {
          "delta.dataSkippingStatsColumns": chosen,
          "delta.columnMapping.mode": mode,
        },
      });
      await lake.append([
        { id: 1, "a,b": "x", place: { city: "Wien", zip: "1010" }, day: "2026-01-01" },
      ]);
      const { state, layout } = lake as unknown as DeltaTable;
      const [file] = [...state.files.values()];
      const { nullCount } = JSON.parse(file!.stats!) as { nullCount: object };
      const physical = (name: string): string => {
        const [first, second] = name.split(".");
        const column = layout.byName.get(first!)!;
        const inner = column.children.find((child) => child.name === second);
        return inner ? `${column.physical}.${inner.physical}` : column.physical;
      };
      const found = Object.entries(nullCount).flatMap(([name, value]) =>
        typeof value === "object"
          ? Object.keys(value as object).map((key) => `${name}.${key}`)
          : [name],
      );
      if (mode === "none" && !chosen.includes("ID")) expect(found).toEqual(names);
      else if (mode === "name") expect(found.sort()).toEqual(names.map(physical).sort());
    }
  },
);
