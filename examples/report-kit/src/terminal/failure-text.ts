import { isLakewrightError } from "@lakewright/core";

/**
 * What a person is told of an error: what happened and what to do; never a stack.
 *
 * @param outputCode the code under which an output folder is complained of.
 */
export function failureText(error: unknown, outputCode: string): string {
  if (isLakewrightError(error)) {
    const hint = error.hint === undefined ? "" : `\n  ${error.hint}`;
    return `${error.code}: ${error.message}${hint}`;
  }
  const { code, message }: { code?: unknown; message?: unknown } = Object(error);
  switch (code) {
    case "ENOSPC":
      return `${outputCode}: The disk is full: ${String(message)}.\n  Make room and start again; what was done is kept.`;
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return `${outputCode}: This process may not write there: ${String(message)}.\n  Give another folder with --out.`;
    default:
      return `Unexpected error: ${String(message ?? error)}\n  Set LAKEWRIGHT_DEBUG=1 to see where it comes from.`;
  }
}
