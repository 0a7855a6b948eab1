import { LakeError } from "../errors.ts";

/** The path of an object below a root, both relative; "" is the root of the store. */
export function joinPath(root: string, path: string): string {
  return root === "" ? path : path === "" ? root : `${root}/${path}`;
}

/**
 * The path as it is, where it stays below the root.
 *
 * @throws LakeError LAKE_STORE_PERMISSION for an absolute path, an empty segment or one that climbs up.
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
  return path;
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
