/** What a traced operation is told about: Node's `TracingChannel`, as far as the suite uses it. */
interface TracingChannel {
  tracePromise<R>(run: () => Promise<R>, context: object): Promise<R>;
  readonly hasSubscribers?: boolean;
}
interface Channel {
  publish(message: unknown): void;
  readonly hasSubscribers: boolean;
}
interface DiagnosticsChannel {
  channel(name: string): Channel;
  tracingChannel(name: string): TracingChannel;
}

interface Runtime {
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

// Not imported: browsers have no such module, and bundlers should find nothing to resolve.
const diagnostics = (globalThis as Runtime).process?.getBuiltinModule?.(
  "node:diagnostics_channel",
) as DiagnosticsChannel | undefined;

/**
 * Runs an operation on the diagnostics channels `tracing:lakewright:<name>:start|end|asyncStart|asyncEnd|error`.
 * `context` is what subscribers get; its fields are public API. Without subscribers, and in browsers, it only runs.
 */
export function trace<R>(name: string, context: object, run: () => Promise<R>): Promise<R> {
  return diagnostics
    ? diagnostics.tracingChannel(`lakewright:${name}`).tracePromise(run, context)
    : run();
}

/** Publishes one message on the diagnostics channel `lakewright:<name>`. */
export function publish(name: string, message: object): void {
  diagnostics?.channel(`lakewright:${name}`).publish(message);
}

/** Says something a user should know that is no error, on `lakewright:warning`; nothing is ever printed. */
export function warn(code: string, message: string, details: object = {}): void {
  publish("warning", { code, message, details });
}
