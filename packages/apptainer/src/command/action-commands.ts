import { commandSchema, OptionsError, parseOptions, wordSchema, type Word } from "@hpckit/core";
import { z } from "zod";
import { containerRules } from "../container/container-rules.js";
import { readPlace, type Place } from "../container/container-layer.js";
import type { ContainerOptions, ContainerSettings, SandboxContainerOptions } from "../container/container-options.js";
import { joinRules, type JoinOptions } from "../container/join-options.js";
import { withSite } from "../container/site-mounts.js";
import { onFlag, textFlag, writeFlags, type FlagRule, type FlagRules, type WrittenFlag } from "../engine/flags/flag-rule.js";
import type { Verb } from "../engine/flags/verb.js";
import { instanceName, type Image, type InstanceImage, type SandboxImage } from "../image/image.js";
import { engineCommand } from "./engine-command.js";
import { mountFlags } from "./mount-flags.js";

/** What only a launch can do: a command line has no script around it. */
export type LaunchOnly = "verb" | "pass" | "requireGpu" | "dialects" | "keepEngineVariables" | "mpi";

type Started<Options> = Options extends unknown ? Omit<Options, LaunchOnly> : never;

export interface ExecWords {
  /** The program and its arguments, byte for byte. */
  readonly command: readonly Word[];
}

export interface RunWords {
  /** For the image's own program (default: none). */
  readonly arguments?: readonly Word[] | undefined;
  /** It is ended when it has run so long, e.g. `5m` (1.3). */
  readonly runscriptTimeout?: string | undefined;
}

export interface ShellWords {
  /** The shell by its path inside. */
  readonly shell?: string | undefined;
}

/** `apptainer exec`: one command in a container. Without the clean environment and the variables that a launch brings. @throws OptionsError, EngineError */
export function execCommand(image: SandboxImage, options: ExecWords & Started<SandboxContainerOptions>): readonly Word[];
export function execCommand(image: InstanceImage, options: ExecWords & Started<JoinOptions>): readonly Word[];
export function execCommand(image: Image, options: ExecWords & Started<ContainerOptions>): readonly Word[];
export function execCommand(image: Image | InstanceImage, { command, ...options }: ExecWords & Started<SandboxContainerOptions | JoinOptions>): readonly Word[] {
  return actionCommand("exec", readPlace(image, options), [], parseOptions(commandSchema, command, "execCommand"));
}

/** `apptainer run`: the image's own program. @throws OptionsError, EngineError */
export function runCommand(image: SandboxImage, options: RunWords & Started<SandboxContainerOptions>): readonly Word[];
export function runCommand(image: InstanceImage, options?: RunWords & Started<JoinOptions>): readonly Word[];
export function runCommand(image: Image, options?: RunWords & Started<ContainerOptions>): readonly Word[];
export function runCommand(image: Image | InstanceImage, options: RunWords & Started<SandboxContainerOptions | JoinOptions> = {}): readonly Word[] {
  const { arguments: words, runscriptTimeout, ...rest } = options;
  return actionCommand("run", readPlace(image, rest), writeFlags(runRules, { runscriptTimeout }), words ?? []);
}

/** `apptainer shell`: for people. @throws OptionsError, EngineError */
export function shellCommand(image: SandboxImage, options: ShellWords & Started<SandboxContainerOptions>): readonly Word[];
export function shellCommand(image: InstanceImage, options?: ShellWords & Started<JoinOptions>): readonly Word[];
export function shellCommand(image: Image, options?: ShellWords & Started<ContainerOptions>): readonly Word[];
export function shellCommand(image: Image | InstanceImage, { shell, ...options }: ShellWords & Started<SandboxContainerOptions | JoinOptions> = {}): readonly Word[] {
  return actionCommand("shell", readPlace(image, options), writeFlags(shellRules, { shell }), []);
}

/** A container in the background. It has a PID namespace of its own, and starts in the root folder of the container. */
export interface InstanceWords {
  readonly name: string;
  /** For the image's start script (with `instance run`, its own program). */
  readonly arguments?: readonly Word[] | undefined;
  /** Where its process id is written. The file stays when it ends. */
  readonly pidFile?: Word | undefined;
  /** Runs /sbin/init inside; only root may. */
  readonly boot?: boolean | undefined;
  /** A DMTCP checkpoint to save to, or to start from. */
  readonly checkpoint?: { readonly saveTo: string } | { readonly startFrom: string } | undefined;
  /** With `instance run`: it is ended when it has run so long, e.g. `5m` (1.3). */
  readonly runscriptTimeout?: string | undefined;
}

type Background<Options> = Options extends unknown ? Omit<Options, LaunchOnly | "cwd" | "shareNamespaces"> : never;

/** `apptainer instance start`: the image's start script in the background. @throws OptionsError, EngineError */
export function instanceStartCommand(image: SandboxImage, options: InstanceWords & Background<SandboxContainerOptions>): readonly Word[];
export function instanceStartCommand(image: Image, options: InstanceWords & Background<ContainerOptions>): readonly Word[];
export function instanceStartCommand(image: Image, options: InstanceWords & Background<SandboxContainerOptions>): readonly Word[] {
  return instanceCommand("instance start", image, options);
}

/** `apptainer instance run`: the image's own program in the background (1.2). @throws OptionsError, EngineError */
export function instanceRunCommand(image: SandboxImage, options: InstanceWords & Background<SandboxContainerOptions>): readonly Word[];
export function instanceRunCommand(image: Image, options: InstanceWords & Background<ContainerOptions>): readonly Word[];
export function instanceRunCommand(image: Image, options: InstanceWords & Background<SandboxContainerOptions>): readonly Word[] {
  return instanceCommand("instance run", image, options);
}

const duration = z.string().regex(/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/, { error: "a time as Go writes it: 90s, 5m, 1h30m" });
const wordsSchema: z.ZodType<InstanceWords, InstanceWords> = z.strictObject({
  name: instanceName,
  arguments: z.array(wordSchema).optional(),
  pidFile: wordSchema.optional(),
  boot: z.boolean().optional(),
  checkpoint: z.union([z.strictObject({ saveTo: z.string() }), z.strictObject({ startFrom: z.string() })]).optional(),
  runscriptTimeout: duration.optional(),
});

export const runRules: FlagRules<Pick<RunWords, "runscriptTimeout">> = { runscriptTimeout: textFlag("runscript-timeout") };
export const shellRules: FlagRules<ShellWords> = { shell: textFlag("shell") };

const checkpoint: FlagRule<NonNullable<InstanceWords["checkpoint"]>> = {
  flags: ["dmtcp-launch", "dmtcp-restart"],
  write: (value) => ["saveTo" in value ? { flag: "dmtcp-launch", value: value.saveTo } : { flag: "dmtcp-restart", value: value.startFrom }],
};

export const instanceRules: FlagRules<Omit<InstanceWords, "name" | "arguments">> = { pidFile: textFlag("pid-file"), boot: onFlag("boot"), checkpoint, ...runRules };

function instanceCommand(verb: "instance start" | "instance run", image: Image, options: InstanceWords & Background<SandboxContainerOptions>): readonly Word[] {
  const { name, arguments: given, pidFile, boot, checkpoint: kept, runscriptTimeout, ...rest } = options;
  const words = parseOptions(wordsSchema, { name, arguments: given, pidFile, boot, checkpoint: kept, runscriptTimeout }, verb);
  return actionCommand(verb, readPlace(image, rest), writeFlags(instanceRules, words), [words.name, ...(words.arguments ?? [])]);
}

function actionCommand(verb: Exclude<Verb, "global">, place: Place, flags: readonly WrittenFlag[], words: readonly Word[]): readonly Word[] {
  if (place.kind === "image" && place.settings.mpi !== undefined) throw new OptionsError("container", [{ path: "mpi", message: "what MPI needs is found out by a script on the node: use containerLayer" }]);
  const own = place.kind === "instance" ? writeFlags(joinRules, place.settings) : flagsOfImage(withSite(place.settings));
  return engineCommand(verb, place.settings, {
    flags: [{ flag: "no-eval" }, ...own, ...flags],
    arguments: [place.kind === "instance" ? `instance://${place.image.name}` : place.image.path, ...words],
  });
}

const flagsOfImage = (settings: ContainerSettings): readonly WrittenFlag[] => [...writeFlags(containerRules, settings), ...mountFlags(settings.mounts)];
