import { CoreError } from "@lakewright/core";

/** @throws CoreError CORE_INVALID_OPTION naming an option that does not exist. */
export function assertKnownOptions(
  subject: string,
  options: object,
  known: readonly string[],
): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new CoreError("CORE_INVALID_OPTION", `${subject} has no option "${unknown}".`, {
    hint: `Its options are ${known.join(", ")}.`,
    details: { subject, option: unknown },
  });
}
