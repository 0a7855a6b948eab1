import type { StandardSchemaV1 } from "@standard-schema/spec";
import { CoreError } from "../errors.ts";
import { showValue } from "../values/show.ts";

/**
 * Checks an options object or a configuration file once, at the boundary: unknown keys and wrong values are named.
 *
 * @param subject - what the options are of, for the message: "createTable options"
 * @throws CoreError CORE_INVALID_OPTION listing every complaint.
 */
export function parseOptions<S extends StandardSchemaV1>(
  subject: string,
  schema: S,
  value: unknown,
): StandardSchemaV1.InferOutput<S> {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) {
    throw new CoreError("CORE_INVALID_OPTION", `The schema of ${subject} is asynchronous.`);
  }
  if (!result.issues) return result.value as StandardSchemaV1.InferOutput<S>;
  const complaints = result.issues.map((issue) => {
    const path = (issue.path ?? []).map((step) =>
      String(typeof step === "object" ? step.key : step),
    );
    return path.length === 0 ? issue.message : `${path.join(".")}: ${issue.message}`;
  });
  throw new CoreError("CORE_INVALID_OPTION", `Invalid ${subject}: ${complaints.join("; ")}.`, {
    hint: `Given was ${showValue(value)}.`,
    details: { subject, complaints },
  });
}
