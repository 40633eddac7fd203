import { defineConfig, type Options } from "tsup";

/** The one build of every package: ESM for Node, with declarations and source maps. */
export function packageBuild(options: { readonly entry: readonly string[] }): ReturnType<typeof defineConfig> {
  const build: Options = {
    entry: [...options.entry],
    format: "esm",
    target: "node20.19",
    platform: "node",
    // Shared chunks: without them each entry would carry its own copy of the error classes.
    splitting: true,
    sourcemap: true,
    clean: true,
    // tsup's declaration bundler sets the deprecated `baseUrl`.
    dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
  };
  return defineConfig(build);
}
