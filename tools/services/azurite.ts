import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheFolder } from "./cache.ts";
import { ownServer, untilInterrupted, untilReady } from "./own-server.ts";
import { freePort } from "./port.ts";

const VERSION = "3.37.0";
const READY_MS = 60_000;

/** A running Azurite (Azure Blob Storage): loopback only, its data in a folder that is gone when it stops. */
export interface AzuriteServer {
  /** "http://127.0.0.1:43117/devstoreaccount1" */
  readonly endpoint: string;
  readonly account: string;
  /** The key everybody knows, in base64. */
  readonly sharedKey: string;
  stop(): Promise<void>;
}

/**
 * Starts Azurite. A container is made by a signed PUT of its name with `restype=container`.
 *
 * @throws Error saying what is missing.
 */
export async function startAzurite(): Promise<AzuriteServer> {
  const script = azuriteScript();
  const data = mkdtempSync(join(tmpdir(), "lakewright-azurite-"));
  const port = await freePort();
  const args = ["--blobHost", "127.0.0.1", "--blobPort", String(port), "--location", data];
  const flags = ["--silent", "--skipApiVersionCheck", "--disableTelemetry"];
  const endpoint = `http://127.0.0.1:${port}/devstoreaccount1`;
  const { stop } = await ownServer(data, () => {
    const server = spawn(process.execPath, [script, ...args, ...flags], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    return untilReady("Azurite", server, READY_MS, () => answers(endpoint));
  });
  return {
    endpoint,
    account: "devstoreaccount1",
    // Published by Microsoft for its emulators.
    sharedKey:
      "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    stop,
  };
}

/**
 * The script that runs Azurite's blob service: `LAKEWRIGHT_AZURITE`, or one in the cache that npm installs when it is not
 * there.
 *
 * @throws Error saying what is missing.
 */
export function azuriteScript(): string {
  const given = process.env["LAKEWRIGHT_AZURITE"];
  if (given !== undefined && given !== "") return given;
  const folder = join(cacheFolder("azurite"), VERSION);
  const script = join(folder, "node_modules/azurite/dist/src/blob/main.js");
  const complete = join(folder, "node_modules/.package-lock.json");
  if (existsSync(script) && existsSync(complete)) return script;
  mkdirSync(folder, { recursive: true });
  const args = ["install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts"];
  const done = spawnSync("npm", [...args, `azurite@${VERSION}`], {
    encoding: "utf8",
    cwd: folder,
  });
  if (done.status !== 0 || !existsSync(script)) {
    throw new Error(`Azurite could not be installed: ${done.error?.message ?? done.stderr}`);
  }
  return script;
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

/** `npx node tools/services/azurite.ts` starts one by hand, until Ctrl-C. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const azurite = await startAzurite();
  console.log(azurite.endpoint, azurite.account, azurite.sharedKey);
  untilInterrupted(azurite);
}
