import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./cache.ts";
import { runCommand } from "./command.ts";

/** Programs of Debian unpacked into a folder with all they link to; nothing is installed on the machine. */
export interface DebianPackages {
  /** Name of the folder in the cache. */
  readonly name: string;
  /** "stable", "sid". */
  readonly suite: string;
  readonly packages: readonly string[];
}

/** A program that runs on its own loader and libraries, whatever those of the machine are. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * The root of the unpacked packages, fetched from the machine's own Debian mirror where the cache does not have them.
 *
 * @throws Error saying what is missing: apt, a mirror of Debian, a package.
 */
export function debianPackages({ name, suite, packages }: DebianPackages): string {
  const folder = cacheFolder("debian");
  const root = join(folder, name);
  if (existsSync(root)) return root;
  // Whoever is first puts it in place, whole; an interrupted one leaves only a folder nobody looks at.
  const work = mkdtempSync(join(folder, `${name}-`));
  try {
    const unpacked = join(work, "root");
    fetchPackages(work, suite, packages);
    mkdirSync(unpacked);
    const archives = join(work, "cache/archives");
    for (const file of readdirSync(archives).filter((entry) => entry.endsWith(".deb"))) {
      runCommand("dpkg", ["-x", join(archives, file), unpacked]);
    }
    try {
      renameSync(unpacked, root);
    } catch (error) {
      if (!existsSync(root)) throw error;
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return root;
}

/** How a program of the root is started; `folders` are more places of libraries in the root. */
export function programOf(root: string, path: string, folders: readonly string[] = []): Program {
  const libraries = LIBRARIES.map((folder) => join(root, folder)).filter(existsSync);
  const loader = libraries.flatMap(loadersOf)[0];
  const binary = join(root, path);
  if (loader === undefined || !existsSync(binary)) {
    throw new Error(`${root} has no ${loader === undefined ? "loader" : path}: delete it.`);
  }
  const places = [...libraries, ...folders.map((folder) => join(root, folder))];
  return { command: loader, args: ["--library-path", places.join(":"), binary] };
}

/** Debian's names of its two common machines. */
const LIBRARIES = [
  "lib/x86_64-linux-gnu",
  "usr/lib/x86_64-linux-gnu",
  "lib/aarch64-linux-gnu",
  "usr/lib/aarch64-linux-gnu",
];

function loadersOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => /^ld-linux-[\w-]+\.so\.\d$/.test(file))
    .map((file) => join(folder, file));
}

function fetchPackages(work: string, suite: string, packages: readonly string[]): void {
  mkdirSync(join(work, "lists/partial"), { recursive: true });
  mkdirSync(join(work, "cache/archives/partial"), { recursive: true });
  // An empty list of what is installed: everything a package needs is fetched too.
  writeFileSync(join(work, "status"), "");
  writeFileSync(join(work, "sources"), `deb [signed-by=${KEYS}] ${mirror()} ${suite} main\n`);
  const settings = {
    "Dir::Etc::sourcelist": join(work, "sources"),
    "Dir::Etc::sourceparts": "-",
    "Dir::State::lists": join(work, "lists"),
    "Dir::State::status": join(work, "status"),
    "Dir::Cache": join(work, "cache"),
    "APT::Install-Recommends": "false",
    "APT::Keep-Downloaded-Packages": "true",
    ...(process.getuid?.() === 0 ? { "APT::Sandbox::User": "root" } : {}),
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  const locale = ["LC_ALL=C", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", ...options];
  runCommand("env", [...locale, "update"]);
  runCommand("env", [...locale, "--yes", "--download-only", "install", ...packages]);
}

const KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg";
const SOURCES = "/etc/apt";

/** The first mirror of Debian itself that the machine's apt is told of. */
function mirror(): string {
  const parts = join(SOURCES, "sources.list.d");
  const files = [
    join(SOURCES, "sources.list"),
    ...(existsSync(parts) ? readdirSync(parts).map((file) => join(parts, file)) : []),
  ];
  for (const file of files.filter(existsSync)) {
    const lines = readFileSync(file, "utf8").split("\n");
    const uris = lines.filter((line) => !/^\s*#/.test(line)).join("\n");
    const found = uris.match(/https?:\/\/\S+/g)?.find((uri) => /\/debian\/?$/.test(uri));
    if (found !== undefined) return found;
  }
  throw new Error("No mirror of Debian is in the machine's apt sources.");
}
