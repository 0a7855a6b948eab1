import { isLakewrightError } from "@lakewright/core";

/** What a person is told of an error: what happened and what to do; never a stack. */
export function failureText(error: unknown): string {
  if (isLakewrightError(error)) {
    const hint = error.hint === undefined ? "" : `\n  ${error.hint}`;
    return `${error.code}: ${error.message}${hint}`;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOSPC":
      return `ERP_OUTPUT: The disk is full: ${message}.\n  Make room and start again; the run goes on from where it is.`;
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return `ERP_OUTPUT: This process may not write there: ${message}.\n  Give another folder with --out.`;
    default:
      return `Unexpected error: ${message ?? String(error)}\n  Set LAKEWRIGHT_DEBUG=1 to see where it comes from.`;
  }
}
