import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { pythonEngines } from "../../../../tools/services/python-engines.ts";
import { azureStore } from "../../src/azure.ts";
import { createTable, eq, openTable, type Store } from "../../src/index.ts";
import { s3Store, type S3StoreOptions } from "../../src/s3.ts";
import { dataFiles, ids, sales, someSales, upTo } from "../table/sales.ts";
import { azuriteContainer, minioBucket } from "./buckets.ts";
import { startFaultProxy } from "./fault-proxy.ts";

const bucket = await minioBucket();
const container = await azuriteContainer();
afterAll(async () => {
  await bucket?.server.stop();
  await container?.server.stop();
});
const engines = pythonEngines();

const inBucket = (options: Partial<S3StoreOptions> = {}): Store =>
  s3Store({ ...bucket!.options, prefix: randomUUID(), ...options });
const inContainer = (): Store =>
  azureStore({ ...container!.options, prefix: `lake ${randomUUID()}` });

describe.each([
  ["MinIO", bucket && inBucket, /^s3:\/\/lake-/],
  ["Azurite", container && inContainer, /^abfss:\/\/lake-/],
] as const)("a table on %s", (_, open, location) => {
  test.skipIf(!open)(
    "is created, appended to, overwritten, travelled and checkpointed",
    async () => {
      const store = open!().at("bronze/my sales+x");
      const table = await createTable(store, sales, {
        partitionBy: ["currency"],
        checkpointInterval: 3,
      });
      expect(table.location).toMatch(location);
      for (let k = 0; k < 5; k++) await table.append(someSales(30, 30 * k));
      expect(ids(await (await openTable(store)).scan().rows())).toEqual(upTo(150));
      await table.overwrite(
        someSales(9).filter(({ currency }) => currency === "EUR"),
        { where: eq("currency", "EUR") },
      );
      const now = await openTable(store);
      const left = upTo(150).filter((id) => id % 3n !== 0n || id < 9n);
      expect(ids(await now.scan().rows())).toEqual(left);
      expect(ids(await (await openTable(store, { asOf: { version: 4n } })).scan().rows())).toEqual(
        upTo(120),
      );
      expect(await dataFiles(store)).toHaveLength(3 * 5 + 1);
      await expect(createTable(store, sales)).rejects.toMatchObject({ code: "LAKE_TABLE_EXISTS" });
    },
  );
});

describe.skipIf(!bucket)("writers of a table on MinIO", () => {
  test("8 processes append 25 times each, and no commit is lost or doubled", async () => {
    const options = { ...bucket!.options, prefix: randomUUID() };
    await createTable(s3Store(options).at("table"), sales);
    const versions = await Promise.all(
      Array.from({ length: 8 }, (_, writer) => append(options, 25 * writer, 25)),
    );
    expect(versions.flat().sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, k) => k + 1),
    );
    const table = await openTable(s3Store(options).at("table"));
    expect(ids(await table.scan().rows())).toEqual(upTo(400));
  });

  test("go on when the server is killed under them and comes back", async () => {
    const options = { prefix: randomUUID(), retryDelayMs: 50 };
    const store = inBucket(options);
    await createTable(store, sales);
    const writers = await Promise.all([0, 1, 2].map(() => openTable(inBucket(options))));
    const writing = Promise.all(
      writers.map(async (table, writer) => {
        for (let k = 0; k < 10; k++) await table.append(someSales(2, 2 * (10 * writer + k)));
      }),
    );
    writing.catch(() => {});
    while (writers[0]!.version < 3n) await new Promise((resolve) => setTimeout(resolve, 5));
    await bucket!.server.kill();
    await bucket!.server.restart();
    await writing;
    const table = await openTable(store);
    expect(table.version).toBe(30n);
    expect(ids(await table.scan().rows())).toEqual(upTo(60));
  });

  test("behind a network that breaks every fifth request, all the same", async () => {
    const proxy = await startFaultProxy(bucket!.options.endpoint!);
    try {
      const faults = ["reset", "reset after", { answer: 503 }, { answerAfter: 500 }, "truncate"];
      let requests = 0;
      proxy.plan = () =>
        ++requests % 5 === 0
          ? (faults[(requests / 5) % faults.length] as ReturnType<typeof proxy.plan>)
          : undefined;
      const options = { prefix: randomUUID(), endpoint: proxy.endpoint, retryDelayMs: 1 };
      const store = inBucket(options);
      await createTable(store, sales, { checkpointInterval: 4 });
      const writers = await Promise.all([0, 1, 2].map(() => openTable(inBucket(options))));
      await Promise.all(
        writers.map(async (table, writer) => {
          for (let k = 0; k < 8; k++) await table.append(someSales(2, 2 * (8 * writer + k)));
        }),
      );
      proxy.plan = () => undefined;
      const table = await openTable(store);
      expect(table.version).toBe(24n);
      expect(ids(await table.scan().rows())).toEqual(upTo(48));
    } finally {
      await proxy.stop();
    }
  });
});

function append(options: S3StoreOptions, first: number, appends: number): Promise<number[]> {
  const script = join(import.meta.dirname, "bucket-appender.ts");
  const child = fork(script, [JSON.stringify(options), String(first), String(appends)], {
    execArgv: ["--conditions=@lakewright/source"],
  });
  return new Promise((resolve, reject) => {
    child.once("message", (versions) => resolve(versions as number[]));
    child.once("error", reject);
    child.once("exit", (code) => code !== 0 && reject(new Error(`appender exited ${code}`)));
  });
}

describe.runIf(engines)("delta-rs and a table in a bucket", () => {
  const places: [string, { uri: string; options: object; store: Store } | undefined][] = [];
  if (bucket) {
    const { endpoint, credentials, region } = bucket.server;
    const prefix = randomUUID();
    const options = {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_REGION: region,
      AWS_ALLOW_HTTP: "true",
    };
    const uri = `s3://${bucket.options.bucket}/${prefix}/sales`;
    places.push(["MinIO", { uri, options, store: inBucket({ prefix }).at("sales") }]);
  }
  if (container) {
    const { endpoint, account, sharedKey } = container.server;
    const options = {
      AZURE_STORAGE_ACCOUNT_NAME: account,
      AZURE_STORAGE_ACCOUNT_KEY: sharedKey,
      AZURE_STORAGE_ENDPOINT: endpoint,
      AZURE_ALLOW_HTTP: "true",
    };
    const uri = `az://${container.options.container}/delta/sales`;
    const store = azureStore({ ...container.options, prefix: "delta" }).at("sales");
    places.push(["Azurite", { uri, options, store }]);
  }

  test.each(places)("on %s read each other's commits", async (_, place) => {
    const { uri, options, store } = place!;
    const ask = (verb: "read" | "append"): { version: number; ids: number[] } => {
      const script = join(import.meta.dirname, "bucket.py");
      const told = engines!.json(script, verb, uri, JSON.stringify(options));
      return told as { version: number; ids: number[] };
    };
    const table = await createTable(store, sales, { partitionBy: ["currency"] });
    await table.append(someSales(20));
    expect(ask("read")).toEqual({ version: 1, ids: upTo(20).map(Number) });
    const theirs = ask("append");
    expect(theirs).toMatchObject({ version: 2 });
    await table.append(someSales(5, 5000));
    const all = [...theirs.ids, 5000, 5001, 5002, 5003, 5004];
    expect(ids(await table.scan().rows()).map(Number)).toEqual(all);
    expect(ids(await (await openTable(store)).scan().rows()).map(Number)).toEqual(all);
    expect(ask("read")).toEqual({ version: 3, ids: all });
  });
});
