import { defineConfig, type Options } from "tsup";

/** The one way a package of this repository is built: ESM, declarations, `node:` specifiers kept. */
export function packageBuild(entry: string[]): ReturnType<typeof defineConfig> {
  const options: Options = {
    entry,
    format: ["esm"],
    dts: true,
    sourcemap: true,
    clean: true,
    target: "es2023",
    splitting: true,
    removeNodeProtocol: false,
  };
  return defineConfig(options);
}
