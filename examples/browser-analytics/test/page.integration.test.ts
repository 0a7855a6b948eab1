import { type Decimal, toRows } from "@lakewright/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTable } from "@lakewright/lake";
import { localStore } from "@lakewright/lake/node";
import { chromium } from "../../../tools/services/chromium.ts";
import { pythonEngines } from "../../../tools/services/python-engines.ts";
import { look } from "../../../tools/services/browser-view.ts";
import { formatValue } from "../page/format.ts";
import { buildSite, dataBytes, type Site } from "./support/site.ts";
import { Visitor } from "./support/visitor.ts";

const engines = pythonEngines();
const executable = ((): string | undefined => {
  try {
    return chromium();
  } catch (error) {
    console.warn(`Skipped, there is no Chromium here: ${String(error)}`);
    return undefined;
  }
})();

describe.skipIf(executable === undefined)("the page in Chromium", () => {
  let site: Site;
  let visitor: Visitor;

  beforeAll(async () => {
    site = await buildSite();
    visitor = await Visitor.arrive(executable!);
    await visitor.open(site.url);
  }, 200_000);
  afterAll(async () => {
    await visitor?.leave();
    await site?.close();
  });

  const at = (version: bigint) =>
    openTable(localStore(join(site.folder, "lake/sales")), { asOf: { version } });

  it("opens the sample, asks no other origin for anything, and complains of nothing", async () => {
    expect(await visitor.text("h1")).toBe("sales");
    expect(await visitor.text("main > [role=alert]")).toBe("");
    const { rows, files } = await visitor.counters();
    const all = site.sample.files();
    expect(files).toBe(all.length);
    expect(rows).toBe(all.reduce((sum, file) => sum + file.rows!, 0));
    const elsewhere = visitor.requests.filter(
      (url) => !url.startsWith(site.url) && !url.startsWith("data:"),
    );
    expect(elsewhere).toEqual([]);
    // There is no listing over HTTP: the end of the log is where a commit is missing, and Chromium notes each miss.
    const misses = /404 .*_delta_log\/\d{20}\.json$/;
    expect(visitor.complaints.filter((complaint) => !misses.test(complaint))).toEqual([]);
  });

  it("draws its charts from what the rows come to", async () => {
    expect(
      await visitor.page.evaluate(
        `[...document.querySelectorAll("figure")].map((figure) => [figure.querySelector("figcaption").textContent, figure.querySelectorAll("svg rect").length])`,
      ),
    ).toEqual([
      ["amount by month", 48],
      ["amount by channel", 2],
    ]);
  });

  it("reads only the files a range can be in, and counts the bytes the server sent", async () => {
    site.served.length = 0;
    await visitor.enter("#from", "2024-05-01");
    await visitor.enter("#to", "2024-06-30");
    await visitor.settled();
    const { files, bytes, rows } = await visitor.counters();
    expect(files).toBe(4);
    expect(rows).toBe(
      (await site.sample.scan({ columns: ["month"] }).rows()).filter(({ month }) =>
        ["2024-05", "2024-06"].includes(month as string),
      ).length,
    );
    // The first date alone had begun a reading, which the second one ended.
    const of = new Set(["2024-05", "2024-06"].map((month) => `month=${month}`));
    const mine = site.served.filter(({ path }) => of.has(path.split("/")[3]!));
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(dataBytes(mine));
    site.served.length = 0;
    await visitor.enter("#column", "channel");
    await visitor.enter("#value", "shop");
    await visitor.settled();
    const narrowed = await visitor.counters();
    expect(narrowed.files).toBe(2);
    expect(narrowed.bytes).toBe(dataBytes(site.served));
    await visitor.click(".filter > button");
    await visitor.settled();
  });

  it.each([3, 12, 17, 19])("shows the rows of version %i as they were", async (version) => {
    await visitor.showTab("Rows");
    await visitor.chooseVersion(version);
    const then = await at(BigInt(version));
    await visitor.until(`document.querySelector("#panel-Rows tbody tr")`);
    const rows: Record<string, unknown>[] = [];
    for await (const batch of then.scan({ batchRows: 100 })) {
      rows.push(...toRows(batch));
      if (rows.length >= 100) break;
    }
    const { fields } = then.table;
    expect(await visitor.cells("Rows")).toEqual(
      rows
        .slice(0, 100)
        .map((row) => fields.map(({ name, column }) => formatValue(row[name], column.type))),
    );
    let count = 0;
    for await (const batch of then.scan({ columns: ["channel"] })) count += batch.numRows;
    const sum = (await then.scan({ columns: ["amount"] }).rows()).reduce(
      (total, { amount }) => total + (amount as Decimal).unscaled,
      0n,
    );
    expect((await visitor.counters()).rows).toBeGreaterThan(0);
    const [[found, total]] = (await visitor.runSql(
      "SELECT count(*), CAST(sum(amount) * 100 AS BIGINT) FROM sales",
    )) as [[string, string]];
    expect([found, total]).toEqual([String(count), String(sum)]);
  });

  it("answers SQL as native DuckDB does on the files of the same version", async () => {
    await visitor.chooseVersion(16);
    const sql = (from: string): string => `
      SELECT category, CAST(date_trunc('month', day) AS DATE) AS since, count(*) AS lines, sum(quantity) AS items,
        sum(amount) AS amount, min(sold_at)::VARCHAR AS first, count(DISTINCT customer) AS customers
      FROM ${from} WHERE city <> 'Test till' GROUP BY ALL ORDER BY ALL`;
    const files = (await at(16n)).files().map(({ path }) => {
      return `'${join(site.folder, "lake/sales", decodeURIComponent(path))}'`;
    });
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    await connection.run("SET TimeZone = 'UTC'");
    const expected = (
      await connection.runAndReadAll(sql(`read_parquet([${files.join(", ")}])`))
    ).getRows();
    connection.closeSync();
    expect(expected.length).toBe(120);
    expect(await visitor.runSql(sql("sales"))).toEqual(
      expected.map((row) => row.map((value) => String(value))),
    );
  });

  it("says what is wrong with a query, and with one that would need the network", async () => {
    await visitor.runSql("SELECT nothing FROM sales");
    expect(await visitor.text("#panel-SQL .problem")).toContain("nothing");
    await visitor.runSql("SELECT * FROM 'https://example.com/a.parquet'");
    expect(await visitor.text("#panel-SQL .problem")).not.toBe("");
    // duckdb-wasm 1.32 breaks down where it misses its extension icu.
    await visitor.runSql("SELECT date_trunc('month', sold_at) FROM sales");
    expect(await visitor.text("#panel-SQL .problem")).toContain("CAST(t AS TIMESTAMP)");
    const months =
      "SELECT count(DISTINCT date_trunc('month', CAST(sold_at AS TIMESTAMP))) FROM sales";
    expect(await visitor.runSql(months)).toEqual([["24"]]);
  });

  it("opens a folder that is dropped on it, and says why another one is no table", async () => {
    await visitor.drop(join(site.folder, "lake/sales"));
    await visitor.until(
      `document.querySelector("header p").textContent.includes("on this machine")`,
    );
    await visitor.settled();
    expect(await visitor.text("h1")).toBe("sales");
    const { rows, files } = await visitor.counters();
    expect(rows).toBe(site.sample.files().reduce((sum, file) => sum + file.rows!, 0));
    expect(files).toBe(site.sample.files().length);
    const other = join(site.folder, "no-table");
    mkdirSync(other);
    writeFileSync(join(other, "a.txt"), "not a table");
    await visitor.drop(other);
    await visitor.until(`document.querySelector("main > [role=alert] .problem")`);
    expect(await visitor.text("main > [role=alert]")).toContain("LAKE_TABLE_NOT_FOUND");
  });

  describe("keeping", () => {
    const keep = async (): Promise<string> => {
      await visitor.page.evaluate(
        `document.querySelector("#panel-Keep [role=status]").textContent = ""`,
      );
      await visitor.click("#panel-Keep button.first");
      await visitor.until(
        `/version|\\n/.test(document.querySelector("#panel-Keep [role=status]").innerText)`,
      );
      return visitor.text("#panel-Keep [role=status]");
    };
    let chosen: number;

    it("writes the rows chosen into the browser, and again as a new version", async () => {
      await visitor.open(site.url);
      await visitor.enter("#from", "2025-11-15");
      await visitor.settled();
      chosen = (await visitor.counters()).rows;
      await visitor.showTab("Keep");
      await visitor.enter("#keep-name", "autumn");
      expect(await keep()).toContain("autumn, version 1");
      expect(await keep()).toContain("autumn, version 2");
    });

    it("has them after the page was left, with both versions", async () => {
      await visitor.open(site.url);
      await visitor.showTab("Keep");
      await visitor.until(`document.querySelector("[data-open=autumn]")`);
      await visitor.click("[data-open=autumn]");
      await visitor.until(`document.querySelector("h1").textContent === "autumn"`);
      await visitor.settled();
      expect((await visitor.counters()).rows).toBe(2 * chosen);
      await visitor.chooseVersion(1);
      expect((await visitor.counters()).rows).toBe(chosen);
    });

    const choose = async (file: string): Promise<void> => {
      const { root } = (await visitor.page.send("DOM.getDocument")) as { root: { nodeId: number } };
      const { nodeId } = await visitor.page.send("DOM.querySelector", {
        nodeId: root.nodeId,
        selector: "#csv",
      });
      await visitor.page.send("DOM.setFileInputFiles", { nodeId, files: [file] });
    };

    it("takes a CSV file as a table, its columns typed by what is in them", async () => {
      const csv = join(site.folder, "Café prices.csv");
      writeFileSync(csv, 'id;name;price;since\n1;"a; b";2.50;2025-01-31\n2;;10.25;2025-02-01\n');
      await choose(csv);
      await visitor.until(`document.querySelector("[data-open=caf_prices]")`);
      await visitor.click("[data-open=caf_prices]");
      await visitor.until(`document.querySelector("h1").textContent === "caf_prices"`);
      await visitor.settled();
      await visitor.showTab("Schema");
      expect((await visitor.cells("Schema")).map(([name, type]) => [name, type])).toEqual([
        ["id", "int64"],
        ["name", "utf8"],
        ["price", "decimal(18, 2)"],
        ["since", "date"],
      ]);
      await visitor.showTab("Rows");
      await visitor.until(`document.querySelectorAll("#panel-Rows tbody tr").length === 2`);
      expect(await visitor.cells("Rows")).toEqual([
        ["1", "a; b", "2.50", "2025-01-31"],
        ["2", "", "10.25", "2025-02-01"],
      ]);
    });

    it("takes a packed one", async () => {
      const csv = join(site.folder, "packed.csv.gz");
      writeFileSync(
        csv,
        gzipSync(`n\n${Array.from({ length: 50_000 }, (_, k) => k).join("\n")}\n`),
      );
      await choose(csv);
      await visitor.until(`document.querySelector("[data-open=packed]")`);
      expect(await visitor.text("#panel-Keep [role=status]")).toContain(
        "packed, version 1: 50,000 rows",
      );
    });

    it.runIf(engines)("gives an archive that delta-rs reads, with the same rows", async () => {
      const downloads = join(site.folder, "downloads");
      mkdirSync(downloads);
      await visitor.page.send("Page.setDownloadBehavior", {
        behavior: "allow",
        downloadPath: downloads,
      });
      await visitor.showTab("Keep");
      await visitor.until(`document.querySelector("[data-download=autumn]")`);
      await visitor.click("[data-download=autumn]");
      for (let tries = 0; !readdirSync(downloads).includes("autumn.tar"); tries++) {
        if (tries > 100) throw new Error(`Downloaded: ${readdirSync(downloads).join(", ")}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(spawnSync("tar", ["xf", "autumn.tar"], { cwd: downloads }).status).toBe(0);
      const told = engines!.json("-c", readKept, join(downloads, "autumn"));
      const rows = (await site.sample.scan().rows()).filter(
        ({ day }) => (day as string) >= "2025-11-15",
      );
      const cents = rows.reduce((sum, { amount }) => sum + (amount as Decimal).unscaled, 0n);
      const ids = rows.reduce((sum, { sale_id }) => sum + (sale_id as bigint), 0n);
      const notes = rows.filter(({ note }) => note !== null).length;
      expect(told).toEqual(
        [[1, 1n] as const, [2, 2n] as const].map(([version, times]) => [
          version,
          rows.length * version,
          String(cents * times),
          String(ids * times),
          notes * version,
        ]),
      );
    });
  });

  describe("for everyone", () => {
    it.each(["Charts", "Rows", "SQL", "Schema", "History", "Keep"])(
      "fits 360 px: %s",
      async (tab) => {
        await look(visitor.page, { width: 360, dark: false });
        await visitor.showTab(tab);
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect(await visitor.page.evaluate("document.documentElement.scrollWidth")).toBe(360);
      },
    );

    it("is dark where the reader's system is", async () => {
      const brightness = async (dark: boolean): Promise<number> => {
        await look(visitor.page, { width: 1160, dark });
        return visitor.page.evaluate(
          `getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number).reduce((a, b) => a + b) / 3`,
        );
      };
      expect(await brightness(false)).toBeGreaterThan(200);
      expect(await brightness(true)).toBeLessThan(60);
    });

    it("can be used by keys: tabs by arrows, the slider by its own", async () => {
      await visitor.showTab("Charts");
      await visitor.page.evaluate(`document.querySelector("#tab-Charts").focus()`);
      const press = async (key: string): Promise<void> => {
        for (const type of ["keyDown", "keyUp"])
          await visitor.page.send("Input.dispatchKeyEvent", { type, key });
      };
      await press("ArrowRight");
      expect(await visitor.page.evaluate("document.activeElement.textContent")).toBe("Rows");
      expect(await visitor.page.evaluate(`document.querySelector("#panel-Rows").hidden`)).toBe(
        false,
      );
      expect(
        await visitor.page.evaluate(
          `document.querySelector("#version").getAttribute("aria-valuetext")`,
        ),
      ).toMatch(/^version \d+, \w+/);
    });

    it("names every control, table and chart", async () => {
      expect(
        await visitor.page.evaluate(`[
          ...[...document.querySelectorAll("input, select, textarea")].filter((one) => !one.labels?.length && !one.ariaLabel && !one.matches(".unseen")),
          ...[...document.querySelectorAll("button")].filter((one) => !one.textContent.trim()),
          ...[...document.querySelectorAll("table")].filter((one) => !one.caption?.textContent.trim()),
          ...[...document.querySelectorAll("figure > svg")].filter((one) => !one.getAttribute("aria-label")),
        ].map((one) => one.outerHTML.slice(0, 80))`),
      ).toEqual([]);
    });
  });
});

const readKept = `
import json, sys
from deltalake import DeltaTable
import pyarrow.compute as pc
told = []
for version in (1, 2):
    rows = DeltaTable(sys.argv[1], version=version).to_pyarrow_table()
    cents = sum(int(value.as_py() * 100) for value in rows["amount"])
    told.append([version, rows.num_rows, str(cents), str(sum(rows["sale_id"].to_pylist())), rows.num_rows - rows["note"].null_count])
print(json.dumps(told))
`;
