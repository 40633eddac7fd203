import { quietCallback } from "../callback/quietly.js";
import { parseOptions } from "../option/parse-options.js";
import type { Word } from "../shell/word.js";
import { commandSchema } from "../shell/word-schema.js";
import type { Transport } from "../transport/transport.js";
import type { Launch, LaunchLayer, Recipe, ResolveOptions, UnresolvedLayer } from "./launch.js";

export interface ComposeOptions {
  /** Folder of the host in which the command starts. The command needs it, so a container mounts it. */
  readonly cwd?: Word | undefined;
}

/**
 * Says how a command runs. Layers read outside-in: `[cleanUp, container, virtualenv]` cleans up on the host after a
 * container in which a virtualenv is active.
 * @throws OptionsError for what is no command.
 */
export function compose(
  argv: readonly Word[],
  layers: readonly (LaunchLayer | UnresolvedLayer)[] = [],
  options: ComposeOptions = {},
): Recipe {
  return { argv: parseOptions(commandSchema, argv, "compose"), layers, cwd: options.cwd };
}

/** Applies layers to a command. Pure. */
export function applyLayers(recipe: Pick<Recipe, "argv" | "cwd">, layers: readonly LaunchLayer[]): Launch {
  const { argv, cwd } = recipe;
  const bare: Launch = { argv, cwd, setup: [], teardown: [], needs: cwd === undefined ? [] : [{ path: cwd, access: "write" }] };
  return layers.reduceRight((launch, layer) => layer.apply(launch), bare);
}

/**
 * Resolves what has to be found out or built, from the outside in, then applies the layers.
 *
 * Guarantees: nothing is started; what was built is complete and is found again next time.
 * @param on - the machine that shares its file systems with the one where the launch will run: the login node.
 */
export async function prepare(
  recipe: Recipe,
  on: Transport,
  { onProgress, ...options }: Omit<ResolveOptions, "within"> = {},
): Promise<Launch> {
  const told = { ...options, onProgress: onProgress && quietCallback("onProgress", onProgress) };
  const resolved: LaunchLayer[] = [];
  for (const layer of recipe.layers) {
    const within = resolved.filter((outer) => outer.boundary === "filesystem");
    resolved.push("resolve" in layer ? await layer.resolve(on, { ...told, within }) : layer);
  }
  return applyLayers(recipe, resolved);
}
