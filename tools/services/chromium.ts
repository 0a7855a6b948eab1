import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/**
 * The path of a Chromium: `LAKEWRIGHT_CHROMIUM`, one that is installed, or Debian's, which is installed where this
 * process may (root, apt-get).
 *
 * @throws Error saying what is missing.
 */
export function chromium(): string {
  const found = installedChromium();
  if (found) return found;
  const apt = (args: readonly string[]): boolean =>
    spawnSync("apt-get", args, {
      stdio: "ignore",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status === 0;
  apt(["update", "-q"]);
  apt(["install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-dejavu-core"]);
  const installed = installedChromium();
  if (!installed)
    throw new Error(
      "no Chromium: install the Debian package chromium, or name one in LAKEWRIGHT_CHROMIUM",
    );
  return installed;
}

/** The path of a Chromium that is there already. */
export function installedChromium(): string | undefined {
  return [process.env["LAKEWRIGHT_CHROMIUM"] ?? "", ...places].find(
    (path) => path !== "" && existsSync(path),
  );
}

/** Flags under which it runs headless, as root, and never asks the network for anything. */
export const chromiumFlags: readonly string[] = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
