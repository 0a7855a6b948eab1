import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Served, serveFolders } from "../src/serve.ts";

let folder: string;
let server: Awaited<ReturnType<typeof serveFolders>>;
const served: Served[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lakewright-serve-"));
  mkdirSync(join(folder, "site"));
  mkdirSync(join(folder, "lake/month=2025-01"), { recursive: true });
  writeFileSync(join(folder, "site/index.html"), "<h1>page</h1>");
  writeFileSync(join(folder, "secret"), "no");
  writeFileSync(join(folder, "lake/month=2025-01/a b.parquet"), "0123456789");
  server = await serveFolders(
    { "/": join(folder, "site"), "/lake/": join(folder, "lake") },
    { port: 0, onServed: (one) => served.push(one) },
  );
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const file = (): string => `${server.url}lake/month%3D2025-01/a%20b.parquet`;
const get = (range?: string): Promise<Response> =>
  fetch(file(), range ? { headers: { range } } : {});

describe("serveFolders", () => {
  it.each([
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=8-100", "89", "bytes 8-9/10"],
    ["bytes=-100", "0123456789", "bytes 0-9/10"],
  ])("answers %s with %s", async (range, body, contentRange) => {
    const response = await get(range);
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(contentRange);
    expect(await response.text()).toBe(body);
  });

  it.each(["bytes=10-", "bytes=5-2", "bytes=-0"])("cannot satisfy %s", async (range) => {
    const response = await get(range);
    expect([response.status, response.headers.get("content-range")]).toEqual([416, "bytes */10"]);
  });

  it.each([undefined, "bytes=0-1,4-5", "lines=1-2"])("sends the whole for %s", async (range) => {
    const response = await get(range);
    expect([response.status, await response.text()]).toEqual([200, "0123456789"]);
  });

  it("says what it has without sending it, and writes down what it sent", async () => {
    served.length = 0;
    const response = await fetch(file(), { method: "HEAD" });
    expect(response.headers.get("content-length")).toBe("10");
    await (await get("bytes=0-3")).text();
    const path = "/lake/month=2025-01/a b.parquet";
    expect(served).toEqual([
      { method: "HEAD", path, status: 200, bytes: 0 },
      { method: "GET", path, status: 206, bytes: 4 },
    ]);
  });

  it("serves a page for its folder, and nothing that is outside", async () => {
    expect(await (await fetch(server.url)).text()).toBe("<h1>page</h1>");
    expect((await fetch(`${server.url}nothing`)).status).toBe(404);
    expect((await fetch(server.url, { method: "POST" })).status).toBe(405);
    // fetch would take the dots away.
    const status = await new Promise((resolve, reject) => {
      const { port } = new URL(server.url);
      request({ port, host: "localhost", path: "/lake/%2e%2e/secret" }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(404);
  });
});

it("goes on when a file is gone before it is sent", async () => {
  const site = mkdtempSync(join(tmpdir(), "lakewright-serve-"));
  for (const name of ["gone", "kept"]) writeFileSync(join(site, name), "0123456789");
  const other = await serveFolders(
    { "/": site },
    { port: 0, onServed: ({ path }) => rmSync(join(site, path), { force: path === "/gone" }) },
  );
  try {
    await expect(fetch(`${other.url}gone`).then((answer) => answer.text())).rejects.toThrow();
    const kept = await fetch(`${other.url}kept`, { method: "HEAD" });
    expect(kept.status).toBe(200);
  } finally {
    await other.close();
    rmSync(site, { recursive: true, force: true });
  }
});
