import { spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { debianPackages, programOf } from "./debian.ts";
import { ownServer, untilInterrupted, untilReady } from "./own-server.ts";
import { freePort } from "./port.ts";

const READY_MS = 30_000;

/** A Redis for tests, loopback only; it keeps nothing on disk. */
export interface RedisServer {
  /** redis://127.0.0.1:port */
  readonly url: string;
  /** Ends the process at once, as a crash would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The server of `LAKEWRIGHT_REDIS` where that is a URL, else one started on a free port.
 *
 * @throws Error saying what is missing.
 */
export async function startRedis(): Promise<RedisServer> {
  const given = process.env["LAKEWRIGHT_REDIS"] ?? "";
  if (given.includes("://")) {
    const refuse = (): Promise<never> =>
      Promise.reject(new Error("The server of LAKEWRIGHT_REDIS is not ours to end."));
    return { url: given, kill: refuse, stop: () => Promise.resolve() };
  }
  const { command, args } = programOf(redisInstallation(), "usr/bin/redis-server");
  const folder = mkdtempSync(join(tmpdir(), "lw-"));
  const port = await freePort();
  const settings = { bind: "127.0.0.1", port: String(port), dir: folder, appendonly: "no" };
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const { kill, stop } = await ownServer(folder, () => {
    const server = spawn(command, [...args, ...options, "--save", ""], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    return untilReady("Redis", server, READY_MS, () => isLive(port));
  });
  return { url: `redis://127.0.0.1:${port}`, kill, stop };
}

/**
 * The folder Redis is unpacked in: `LAKEWRIGHT_REDIS`, or one in the cache, fetched where it is not there.
 *
 * @throws Error saying what is missing.
 */
export function redisInstallation(): string {
  const given = process.env["LAKEWRIGHT_REDIS"] ?? "";
  if (given === "") {
    return debianPackages({ name: "redis-stable", suite: "stable", packages: ["redis-server"] });
  }
  if (given.includes("://") || existsSync(join(given, "usr/bin/redis-server"))) return given;
  throw new Error(`LAKEWRIGHT_REDIS is ${given}, which has no usr/bin/redis-server.`);
}

function isLive(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"));
    socket.once("data", (answer) => {
      socket.destroy();
      resolve(answer.toString().startsWith("+PONG"));
    });
    socket.once("error", () => resolve(false));
  });
}

/** `npx node tools/services/redis.ts` starts one by hand, until Ctrl-C. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const redis = await startRedis();
  console.log(redis.url);
  untilInterrupted(redis);
}
