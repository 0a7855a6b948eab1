let allowed: boolean | undefined;

/** Whether this runtime lets code be generated; a content security policy without 'unsafe-eval' does not. */
export function canGenerateCode(): boolean {
  if (allowed === undefined) {
    try {
      allowed = (new Function("return true") as () => boolean)();
    } catch {
      allowed = false;
    }
  }
  return allowed;
}
