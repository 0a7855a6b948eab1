import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

export interface FileServerOptions {
  /** Default true. */
  readonly ranges?: boolean;
  /** Default true. */
  readonly head?: boolean;
  /** Answers every path there is not with a page, as servers of web applications do. Default false. */
  readonly fallback?: boolean;
}

export interface FileServer {
  readonly url: string;
  /** "GET /x 206 100", in order: the last number is the size of the body. */
  readonly log: string[];
  stop(): Promise<void>;
}

/** Serves the files of a folder, as any web server does. */
export async function startFileServer(
  folder: string,
  { ranges = true, head = true, fallback = false }: FileServerOptions = {},
): Promise<FileServer> {
  const log: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const answer = (status: number, body: Buffer, headers: Record<string, string> = {}): void => {
        const sent = request.method === "HEAD" ? Buffer.alloc(0) : body;
        log.push(`${request.method} ${request.url} ${status} ${sent.length}`);
        response.writeHead(status, { "content-length": body.length, ...headers });
        response.end(sent);
      };
      if (request.method === "HEAD" && !head) return answer(405, Buffer.alloc(0));
      const path = decodeURIComponent(new URL(request.url!, "http://x").pathname);
      const file = join(folder, path);
      const info = await stat(file).catch(() => undefined);
      if (!info?.isFile()) {
        const page = { "content-type": "text/html" };
        return answer(fallback ? 200 : 404, Buffer.from("<!doctype html>"), page);
      }
      const body = await readFile(file);
      const headers = { "last-modified": info.mtime.toUTCString() };
      const range = ranges ? /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") : null;
      if (!range) return answer(200, body, headers);
      const from = Number(range[1]);
      if (from >= body.length) return answer(416, Buffer.alloc(0));
      const to = range[2] ? Math.min(Number(range[2]) + 1, body.length) : body.length;
      const where = { "content-range": `bytes ${from}-${to - 1}/${body.length}` };
      answer(206, body.subarray(from, to), { ...headers, ...where });
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
