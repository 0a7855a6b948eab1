import { LakeError } from "../errors.ts";

/** The path of an object below a root, both relative; "" is the root of the store. */
export function joinPath(root: string, path: string): string {
  return root === "" ? path : path === "" ? root : `${root}/${path}`;
}

/**
 * The path as it is, where it stays below the root.
 *
 * @throws LakeError LAKE_STORE_PERMISSION for an absolute path or one that climbs up, LAKE_STORE_FAILED for half a character,
 * which no store can keep.
 */
export function insidePath(location: string, path: string): string {
  const climbs = path.split("/").some((segment) => segment === ".." || segment === ".");
  if (climbs || path.startsWith("/") || path.includes("\0")) {
    throw new LakeError(
      "LAKE_STORE_PERMISSION",
      `Path ${JSON.stringify(path)} leaves the store ${location}.`,
      {
        hint: "Paths are relative to the root of the store, with forward slashes.",
        details: { path },
      },
    );
  }
  if (!path.isWellFormed()) {
    throw new LakeError(
      "LAKE_STORE_FAILED",
      `Path ${JSON.stringify(path)} has half a surrogate pair, which is no character.`,
      { details: { path, location } },
    );
  }
  return path;
}

/** A prefix that may end within a character, without the half: what starts with the one starts with the other. */
export function wholePrefix(prefix: string): string {
  return prefix.replace(/[\uD800-\uDBFF]$/, "");
}

/** A path given to `at`: without slashes at its ends. */
export function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, "");
}

/** The path below a root of an address's path, which is percent-encoded; undefined where it lies elsewhere. */
export function pathBelow(root: string, address: string): string | undefined {
  const start = root === "" ? "" : `${root}/`;
  let path: string;
  try {
    path = decodeURIComponent(address);
  } catch {
    path = address;
  }
  return path.startsWith(start) && path !== start ? path.slice(start.length) : undefined;
}
