import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as send,
} from "node:http";
import type { AddressInfo } from "node:net";

/** What happens to one request. */
export type Fault =
  /** Answered so, and never passed on. */
  | { readonly answer: number; readonly code?: string; readonly headers?: Record<string, string> }
  /** Passed on and carried out, but answered so. */
  | { readonly answerAfter: number }
  /** The connection breaks before it is passed on. */
  | "reset"
  /** Passed on and carried out; the connection breaks before the answer. */
  | "reset after"
  /** Passed on and carried out; there is never an answer. */
  | "silent after"
  /** Half of the body of the answer, then the connection breaks. */
  | "truncate";

export interface FaultProxy {
  readonly endpoint: string;
  /** Asked for every request: the fault, or undefined to pass it on untouched. */
  plan: (method: string, path: string) => Fault | undefined;
  /** "PUT 412", in order. A fault has its name for the status. */
  readonly log: string[];
  stop(): Promise<void>;
}

/** Stands between a store and its server, and breaks what the plan says. The host of requests stays: signatures hold. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const log: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const fault = proxy.plan(request.method!, decodeURIComponent(request.url!));
      log.push(`${request.method} ${fault === undefined ? "passed" : JSON.stringify(fault)}`);
      if (fault === "reset") return void request.socket.destroy();
      if (typeof fault === "object" && "answer" in fault) {
        const { answer, code = "Fault", headers } = fault;
        response.writeHead(answer, headers);
        response.end(request.method === "HEAD" ? undefined : `<Error><Code>${code}</Code></Error>`);
        return;
      }
      void forward(hostname, port, request, Buffer.concat(chunks)).then(
        ({ status, headers, body }) => {
          if (fault === "reset after") return void request.socket.destroy();
          if (fault === "silent after") return;
          if (typeof fault === "object") return void response.writeHead(fault.answerAfter).end();
          response.writeHead(status, headers);
          if (fault !== "truncate") return void response.end(body);
          response.write(body.subarray(0, body.length / 2), () => request.socket.destroy());
        },
        () => request.socket.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}${new URL(target).pathname.replace(/\/$/, "")}`,
    plan: () => undefined,
    log,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}

/** A plan that spends faults on requests that match, one each. */
export function once(
  method: string,
  part: string,
  ...faults: readonly Fault[]
): FaultProxy["plan"] {
  const left = [...faults];
  return (asked, path) => (asked === method && path.includes(part) ? left.shift() : undefined);
}

function forward(
  hostname: string,
  port: string,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = send({ hostname, port, method, path: url, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () =>
        resolve({
          status: answer.statusCode!,
          headers: answer.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}
