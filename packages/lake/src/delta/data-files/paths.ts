import { LakeError } from "../../errors.ts";

const HIVE_DEFAULT = "__HIVE_DEFAULT_PARTITION__";
/** What Hive and Spark escape in a directory name: ExternalCatalogUtils.escapePathName. */
const HIVE_ESCAPED = /[\x01-\x1f\x7f"#%'*/:=?\\{[\]^]/g;
/** What java.net.URI quotes in a path; letters beyond ASCII stay as they are. */
const URI_ESCAPED = /[\x00-\x20\x7f"#%<>?[\\\]^`{|}]/g;

/** The directory of a partition value: `country=DE`, `p=US%2FEast`; null and "" are both Hive's default partition. */
export function partitionDirectory(column: string, value: string | null): string {
  if (column.includes("\0") || value?.includes("\0")) {
    throw new LakeError(
      "LAKE_INVALID_VALUE",
      `Partition column "${column}" has a value with a NUL character, which no folder name takes.`,
      {
        hint: "Clean the value, or partition by another column.",
        details: { column },
      },
    );
  }
  const text = value === null || value === "" ? HIVE_DEFAULT : hiveEscape(value);
  return `${hiveEscape(column)}=${text}`;
}

/** A directory's column and value again; undefined for a directory that is no partition. */
export function parsePartitionDirectory(
  name: string,
): { readonly column: string; readonly value: string | null } | undefined {
  const at = name.indexOf("=");
  if (at <= 0) return undefined;
  const text = name.slice(at + 1);
  return {
    column: hiveUnescape(name.slice(0, at)),
    value: text === HIVE_DEFAULT || text === "" ? null : hiveUnescape(text),
  };
}

/** Whether a text, as the value of a plain Hive partition, would be read as null. */
export function readsAsNull(value: string): boolean {
  return value === "" || value === HIVE_DEFAULT;
}

/** A path in the store as `add.path` has it: quoted as a URI, a second time where directories are escaped already. */
export function encodePath(path: string): string {
  return path.replace(URI_ESCAPED, percent);
}

/** The path of `add.path`, decoded once; one that is not well encoded is taken as it is. */
export function decodePath(path: string): string {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The one spelling of a path by which files are told apart: decoded, and `file:/x`, `file:///x` and `/x` the same. */
export function canonicalPath(path: string): string {
  return decodePath(path).replace(/^file:(?:\/\/(?=\/))?/, "");
}

/** Whether a path as the log has it is an address of its own, not relative to the table. */
export function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[a-z][a-z0-9+.-]*:\//i.test(path);
}

function hiveEscape(text: string): string {
  return text.replace(HIVE_ESCAPED, percent);
}

function hiveUnescape(text: string): string {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => {
    const bytes = Uint8Array.from(run.slice(1).split("%"), (hex) => parseInt(hex, 16));
    return new TextDecoder().decode(bytes);
  });
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
