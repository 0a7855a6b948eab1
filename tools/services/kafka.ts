import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheFolder } from "./cache.ts";
import { runCommand } from "./command.ts";
import { ownServer, untilInterrupted } from "./own-server.ts";
import { freePorts } from "./port.ts";

const folder = join(import.meta.dirname, "kafka");
const READY_MS = 90_000;

/** A running broker: one node, KRaft, loopback only, its data in a folder of its own. */
export interface KafkaBroker {
  /** "127.0.0.1:43117". */
  readonly brokers: readonly string[];
  /** Ends the process at once, as a crash would; the data stay. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  restart(): Promise<void>;
  /** Stops it and deletes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a Kafka broker; its jars come from Maven into the cache on first use.
 *
 * @throws Error saying what is missing: Java 17, Maven, or a repository to fetch from.
 */
export async function startKafka(): Promise<KafkaBroker> {
  const lib = kafkaJars();
  const data = mkdtempSync(join(tmpdir(), "lakewright-kafka-"));
  const [port, controller] = await freePorts(2);
  const properties = join(data, "server.properties");
  writeFileSync(properties, serverProperties(port!, controller!, join(data, "log")));
  const id = randomBytes(16).toString("base64url");
  const formatted = spawnSync(
    "java",
    jvm(lib, ["kafka.tools.StorageTool", "format", "--standalone", "-t", id, "-c", properties]),
    { encoding: "utf8" },
  );
  if (formatted.status !== 0) {
    rmSync(data, { recursive: true, force: true });
    throw new Error(`Kafka did not format its storage: ${formatted.stdout}${formatted.stderr}`);
  }
  const power = await ownServer(data, () => startServer(lib, properties));
  return {
    brokers: [`127.0.0.1:${port}`],
    ...power,
  };
}

/**
 * The folder with the jars: `LAKEWRIGHT_KAFKA`, or one in the cache that Maven fills when it is not there.
 *
 * @throws Error saying what is missing.
 */
export function kafkaJars(): string {
  const given = process.env["LAKEWRIGHT_KAFKA"];
  if (given !== undefined && given !== "") return given;
  const lib = join(cacheFolder("kafka"), "lib");
  const complete = join(lib, "complete");
  if (existsSync(complete)) return lib;
  mkdirSync(lib, { recursive: true });
  runCommand("java", ["-version"]);
  runCommand("mvn", [
    "-q",
    "-B",
    "-f",
    join(folder, "pom.xml"),
    "dependency:copy-dependencies",
    "-DincludeScope=runtime",
    `-DoutputDirectory=${lib}`,
  ]);
  if (!readdirSync(lib).some((name) => name.startsWith("kafka_"))) {
    throw new Error(`Maven copied no broker to ${lib}`);
  }
  writeFileSync(complete, "");
  return lib;
}

function startServer(lib: string, properties: string): Promise<ChildProcess> {
  const server = spawn("java", jvm(lib, ["kafka.Kafka", properties]), {
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let log = "";
    const fail = (what: string): void => {
      server.kill("SIGKILL");
      reject(new Error(`Kafka ${what}: ${log.slice(-4000)}`));
    };
    const timer = setTimeout(() => fail(`was not ready in ${READY_MS} ms`), READY_MS);
    // The port opens before requests are served: only the log tells.
    const listen = (text: Buffer): void => {
      if (log.length < 1_000_000) log += text.toString();
      if (!log.includes("Kafka Server started")) return;
      clearTimeout(timer);
      server.off("exit", died);
      for (const stream of [server.stdout, server.stderr]) stream.off("data", listen).resume();
      resolve(server);
    };
    const died = (): void => {
      clearTimeout(timer);
      fail("ended while it started");
    };
    server.stdout.on("data", listen);
    server.stderr.on("data", listen);
    server.once("error", (error) => fail(`cannot be run: ${error.message}`));
    server.once("exit", died);
  });
}

function jvm(lib: string, args: readonly string[]): string[] {
  const logging = `-Dlog4j2.configurationFile=file:${join(folder, "log4j2.yaml")}`;
  return ["-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", logging, "-cp", join(lib, "*"), ...args];
}

function serverProperties(port: number, controller: number, log: string): string {
  const lines = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.bootstrap.servers": `127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    "inter.broker.listener.name": "PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "log.dirs": log,
    "auto.create.topics.enable": false,
    // One node: every internal topic has one copy.
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 4,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    // Tests join and leave often.
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1000,
    // After a kill the broker waits for its own old session: 9 s by default.
    "broker.session.timeout.ms": 2000,
    "broker.heartbeat.interval.ms": 400,
    "num.network.threads": 2,
    "num.io.threads": 2,
    "log.cleaner.dedupe.buffer.size": 16_777_216,
    "log.cleaner.threads": 1,
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

if (process.argv[1] === import.meta.filename) {
  const kafka = await startKafka();
  process.stdout.write(`BROKERS=${kafka.brokers.join(",")}\n`);
  untilInterrupted(kafka);
}
