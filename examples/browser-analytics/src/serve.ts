import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { pipeline } from "node:stream";

/** An answer, as it was given. */
export interface Served {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Bytes of the body. */
  readonly bytes: number;
}

export interface ServeOptions {
  /** Default 4173; 0 takes any that is free. */
  readonly port?: number | undefined;
  readonly onServed?: ((served: Served) => void) | undefined;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** Serves the files of folders, each under its address, by ranges where they are asked for. For this machine only. */
export async function serveFolders(
  folders: Readonly<Record<string, string>>,
  { port = 4173, onServed = () => {} }: ServeOptions = {},
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(folders, request, response, onServed).catch(() => response.destroy());
  });
  await listen(server, port);
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://localhost:${bound}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "localhost", () => resolve());
  });
}

async function answer(
  folders: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
  onServed: (served: Served) => void,
): Promise<void> {
  const method = request.method ?? "GET";
  const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
  const reply = (status: number, headers: Record<string, string | number>, bytes = 0): void => {
    response.writeHead(status, {
      "content-length": bytes,
      "cache-control": "no-cache",
      ...headers,
    });
    onServed({ method, path, status, bytes: method === "HEAD" ? 0 : bytes });
  };
  if (method !== "GET" && method !== "HEAD") {
    reply(405, { allow: "GET, HEAD" });
    response.end();
    return;
  }
  const file = locate(folders, path.endsWith("/") ? `${path}index.html` : path);
  const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
  if (file === undefined || !found?.isFile()) {
    reply(404, {});
    response.end();
    return;
  }
  const { size } = found;
  const range = readRange(request.headers.range, size);
  if (range === "unsatisfiable") {
    reply(416, { "content-range": `bytes */${size}` });
    response.end();
    return;
  }
  const { from, to } = range ?? { from: 0, to: size };
  const headers = {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "accept-ranges": "bytes",
    "last-modified": found.mtime.toUTCString(),
    ...(range && { "content-range": `bytes ${from}-${to - 1}/${size}` }),
  };
  reply(range ? 206 : 200, headers, to - from);
  if (method === "HEAD" || to === from) response.end();
  // A file that is gone meanwhile, or a visitor: the answer ends, the server does not.
  else pipeline(createReadStream(file, { start: from, end: to - 1 }), response, () => {});
}

/** The file an address means: the folder with the longest prefix of it. Nothing outside of the folders is found. */
function locate(folders: Readonly<Record<string, string>>, path: string): string | undefined {
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length);
  const prefix = prefixes.find((one) => path.startsWith(one));
  if (prefix === undefined || path.includes("\0")) return undefined;
  const folder = normalize(folders[prefix]!);
  const file = normalize(join(folder, path.slice(prefix.length)));
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? file : undefined;
}

/** Bytes from, and up to but without. Undefined where the whole is wanted, or several ranges. */
function readRange(
  header: string | undefined,
  size: number,
): { readonly from: number; readonly to: number } | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  if (match[1] === "") {
    const last = Number(match[2]);
    return last === 0 ? "unsatisfiable" : { from: Math.max(0, size - last), to: size };
  }
  const from = Number(match[1]);
  const to = match[2] === "" ? size : Math.min(Number(match[2]) + 1, size);
  return from < to ? { from, to } : "unsatisfiable";
}
