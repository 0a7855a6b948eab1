import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cacheFolder } from "./cache.ts";
import { runCommand } from "./command.ts";

const folder = join(import.meta.dirname, "spark");
const READY_MS = 180_000;

/** PySpark brings Spark itself; Delta 4.4.0 is the newest for it (spark/pom.xml). */
const requirements = ["pyspark==4.2.0"];

/** A value as Spark has it: integers and decimals as texts, timestamps as ISO texts, maps as lists of pairs. */
export type SparkValue =
  | null
  | boolean
  | number
  | string
  | readonly SparkValue[]
  | { readonly [name: string]: SparkValue };

export type SparkRow = Readonly<Record<string, SparkValue>>;

/** A Spark session with Delta Lake, on two cores of this machine. */
export interface SparkSession {
  /** Runs a statement; tables are named by path: delta.`/lake/orders`. Statements run one after the other. */
  sql(text: string): Promise<readonly SparkRow[]>;
  stop(): Promise<void>;
}

/** What a session needs: a Python with PySpark, and the folder of the Delta jars. */
export interface SparkInstallation {
  readonly python: string;
  readonly jars: string;
}

/**
 * PySpark and the Delta jars in the cache, fetched on first use; `LAKEWRIGHT_SPARK` names a folder that has both, as
 * `bin/python` and `delta/*.jar`.
 *
 * @throws Error saying what is missing: Java 17, Python 3, Maven, or a repository to fetch from.
 */
export function sparkInstallation(): SparkInstallation {
  const given = process.env["LAKEWRIGHT_SPARK"];
  const home = given !== undefined && given !== "" ? given : cacheFolder("spark");
  const installation = { python: join(home, "bin/python"), jars: join(home, "delta") };
  const stamp = join(home, "requirements.txt");
  const wanted = [...requirements, readFileSync(join(folder, "pom.xml"), "utf8")].join("\n");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return installation;
  runCommand("java", ["-version"]);
  if (!existsSync(installation.python)) runCommand("python3", ["-m", "venv", home]);
  runCommand(installation.python, ["-m", "pip", "install", "--quiet", ...requirements]);
  rmSync(installation.jars, { recursive: true, force: true });
  mkdirSync(installation.jars, { recursive: true });
  runCommand("mvn", [
    "-q",
    "-B",
    "-f",
    join(folder, "pom.xml"),
    "dependency:copy-dependencies",
    "-DincludeScope=runtime",
    `-DoutputDirectory=${installation.jars}`,
  ]);
  if (!readdirSync(installation.jars).some((name) => name.startsWith("delta-spark"))) {
    throw new Error(`Maven copied no Delta to ${installation.jars}`);
  }
  writeFileSync(stamp, wanted);
  return installation;
}

/**
 * Starts a session, which takes 10 to 40 seconds.
 *
 * @throws Error as `sparkInstallation`, or with what Spark printed.
 */
export async function startSpark(): Promise<SparkSession> {
  const { python, jars } = sparkInstallation();
  const data = mkdtempSync(join(tmpdir(), "lakewright-spark-"));
  const child = spawn(python, [join(folder, "session.py"), jars, data], {
    cwd: data,
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, SPARK_LOCAL_IP: "127.0.0.1", TZ: "UTC", PYTHONUNBUFFERED: "1" },
    // Its JVM is a child of its own: they end together.
    detached: true,
  });
  const answers = answersOf(child);
  const end = (): void => {
    try {
      process.kill(-child.pid!, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  };
  process.once("exit", end);
  const stop = async (): Promise<void> => {
    process.off("exit", end);
    const running = child.exitCode === null && child.signalCode === null;
    const exited = running && new Promise((resolve) => child.once("exit", resolve));
    end();
    await exited;
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await answers.next(READY_MS);
  } catch (error) {
    await stop();
    throw error;
  }
  let last: Promise<unknown> = Promise.resolve();
  return {
    sql: (text) => {
      const answer = last.then(async () => {
        child.stdin!.write(`${JSON.stringify({ sql: text })}\n`);
        const { rows, error } = await answers.next();
        if (error !== undefined) throw new Error(`Spark: ${error}\n${text}`);
        return rows ?? [];
      });
      last = answer.catch(() => {});
      return answer;
    },
    stop,
  };
}

interface Answer {
  readonly ready?: string;
  readonly rows?: readonly SparkRow[];
  readonly error?: string;
}

/** The lines a session answers with, one by one; an error where it ends before. */
function answersOf(child: ChildProcess): { next(timeoutMs?: number): Promise<Answer> } {
  const waiting: { take(answer: Answer): void; fail(error: Error): void }[] = [];
  let log = "";
  child.stderr!.on("data", (text: Buffer) => (log = (log + text.toString()).slice(-8000)));
  createInterface({ input: child.stdout! }).on("line", (line) => {
    if (line.startsWith("{")) waiting.shift()?.take(JSON.parse(line) as Answer);
  });
  let ended: Error | undefined;
  const fail = (what: string): void => {
    ended ??= new Error(`Spark ${what}: ${log}`);
    for (const { fail } of waiting.splice(0)) fail(ended);
  };
  child.once("error", (error) => fail(`cannot be run (${error.message})`));
  child.once("exit", () => fail("ended"));
  return {
    next: (timeoutMs) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        const timer =
          timeoutMs && setTimeout(() => fail(`was not ready in ${timeoutMs} ms`), timeoutMs);
        const done = (): void => clearTimeout(timer);
        waiting.push({
          take: (answer) => (done(), resolve(answer)),
          fail: (error) => (done(), reject(error)),
        });
      }),
  };
}
