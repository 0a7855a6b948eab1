import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { pathToFileURL } from "node:url";
import { cacheFolder } from "./cache.ts";
import { ownServer, untilInterrupted, untilReady } from "./own-server.ts";
import { freePort } from "./port.ts";

/** The last release; its binaries are no longer handed out, so it is built from source. */
const VERSION = "v0.0.0-20260212201848-7aac2a2c5b7c";
const READY_MS = 60_000;

/** A running MinIO: loopback only, its objects in a folder that is gone when it stops. */
export interface MinioServer {
  /** "http://127.0.0.1:43117" */
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly region: string;
  /** Ends the process at once, as a crash would; the data stay. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts MinIO, the S3 server whose conditional put survives a race. A bucket is made by a signed PUT of its name.
 *
 * @throws Error saying what is missing.
 */
export async function startMinio(): Promise<MinioServer> {
  const binary = minioBinary();
  const data = mkdtempSync(join(tmpdir(), "lakewright-minio-"));
  const port = await freePort();
  const credentials = { accessKeyId: "lakewright", secretAccessKey: "lakewright-secret" };
  const power = await ownServer(data, () => startServer(binary, data, port, credentials));
  return {
    endpoint: `http://127.0.0.1:${port}`,
    credentials,
    region: "us-east-1",
    ...power,
  };
}

/**
 * The path of MinIO: `LAKEWRIGHT_MINIO`, or one in the cache that Go builds when it is not there, in some minutes.
 *
 * @throws Error saying what is missing: Go, or a module proxy to fetch from.
 */
export function minioBinary(): string {
  const given = process.env["LAKEWRIGHT_MINIO"];
  if (given !== undefined && given !== "") return given;
  const folder = join(cacheFolder("minio"), VERSION);
  const binary = join(folder, "minio");
  if (existsSync(binary)) return binary;
  // Go moves a binary to its place when it is whole: one that is there works.
  mkdirSync(folder, { recursive: true });
  const args = ["install", "-trimpath", "-ldflags", "-s -w", `github.com/minio/minio@${VERSION}`];
  const done = spawnSync("go", args, {
    encoding: "utf8",
    env: { ...process.env, GOBIN: folder, CGO_ENABLED: "0" },
  });
  if (done.status !== 0 || !existsSync(binary)) {
    const why = done.error?.message ?? done.stderr.slice(-2000);
    throw new Error(`MinIO could not be built: ${why}`);
  }
  return binary;
}

async function startServer(
  binary: string,
  data: string,
  port: number,
  { accessKeyId, secretAccessKey }: MinioServer["credentials"],
): Promise<ChildProcess> {
  const address = `127.0.0.1:${port}`;
  const server = spawn(binary, ["server", "--quiet", "--address", address, data], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      MINIO_ROOT_USER: accessKeyId,
      MINIO_ROOT_PASSWORD: secretAccessKey,
      MINIO_BROWSER: "off",
      MINIO_UPDATE: "off",
      // A key of its own, so that objects can be encrypted with AES256 and aws:kms.
      MINIO_KMS_SECRET_KEY: `lakewright-key:${Buffer.alloc(32, 7).toString("base64")}`,
    },
  });
  return untilReady("MinIO", server, READY_MS, () =>
    isLive(`http://${address}/minio/health/ready`),
  );
}

async function isLive(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

/** `npx node tools/services/minio.ts` starts one by hand, until Ctrl-C. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const minio = await startMinio();
  console.log(minio.endpoint, minio.credentials.accessKeyId, minio.credentials.secretAccessKey);
  untilInterrupted(minio);
}
