import { OptionsError, parseOptions, type Launch, type LaunchLayer, type Word } from "@hpckit/core";
import { z } from "zod";
import { containerLayer } from "../container/container-layer.js";
import type { ContainerOptions } from "../container/container-options.js";
import { instanceName, type Image } from "../image/image.js";

export interface InstanceOptions extends Omit<ContainerOptions, "cwd" | "verb" | "shareNamespaces" | "dialects" | "gpu" | "requireGpu" | "devices" | "cdiFolders" | "writable" | "overlays"> {
  readonly name: string;
  /** `run` starts the image's run script (1.3); by default its start script, which does nothing in most images. */
  readonly verb?: "start" | "run" | undefined;
  /** Absolute path of a file that gets the PID of its first process. The engine leaves it behind: give it to `stopInstance`. */
  readonly pidFile?: Word | undefined;
}

/** The one option that must be there. */
export const namedSchema: z.ZodType<Pick<InstanceOptions, "name">> = z.object({ name: instanceName });

/**
 * Starts an instance instead of a command: the words are arguments of the image's start script, and it goes on by itself
 * afterwards. Variables and mounts of inner layers arrive as in a container; nothing of ours can run inside it first. Pure.
 * @throws OptionsError for a name that is none, and for a PID namespace: an instance always has one.
 */
export function instanceLayer(image: Image, { name, verb = "start", pidFile, ...options }: InstanceOptions): LaunchLayer {
  const called = parseOptions(namedSchema, { name }, "instanceLayer").name;
  if (options.namespaces?.pid !== undefined) throw new OptionsError("instanceLayer", [{ path: "namespaces.pid", message: "an instance always has a PID namespace of its own, and the engine takes no option for it" }]);
  const container = containerLayer(image, { ...(options as ContainerOptions), verb: "run" });
  return {
    name: "instance",
    boundary: "filesystem",
    apply: (inner) => asInstance(container.apply(inner), { words: inner.argv.length, name: called, verb, pidFile }),
  };
}

interface AsInstance {
  /** How many words of the command stand behind the image. */
  readonly words: number;
  readonly name: string;
  readonly verb: "start" | "run";
  readonly pidFile: Word | undefined;
}

function asInstance(launch: Launch, { words, name, verb, pidFile }: AsInstance): Launch {
  const { argv } = launch;
  const run = argv.indexOf("run", 1);
  const place = argv.length - words - 1;
  const written = pidFile === undefined ? [] : ["--pid-file", pidFile];
  return { ...launch, argv: [...argv.slice(0, run), "instance", verb, ...argv.slice(run + 1, place), ...written, ...argv.slice(place, place + 1), name, ...argv.slice(place + 1)] };
}
