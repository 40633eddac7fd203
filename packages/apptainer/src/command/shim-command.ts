import { joinWords, OptionsError, parseOptions, wordSchema, type OptionsIssue, type Word } from "@hpckit/core";
import { z } from "zod";
import { csvField } from "../engine/flags/csv-field.js";
import { imageSchema, instanceName, type Image } from "../image/image.js";
import { mountSchema, type Mount, type MountInput } from "../mount/mount.js";
import { mountPath } from "../mount/mount-path.js";
import { programSchema } from "../engine/program.js";
import { checkEnvFile } from "./check-env-file.js";

/** A command line in the spelling of shell scripts that people keep by hand, as the shims of services. */
export interface ShimOptions {
  /** In the background as an instance, with its name and the file of its process id; by default in the foreground. */
  readonly instance?: { readonly name: string; readonly pidFile?: Word | undefined } | undefined;
  readonly cleanEnv?: boolean | undefined;
  /** A file of variables, which the engine reads as shell. */
  readonly envFile?: Word | undefined;
  /** What is in that file, if it is known here: it is checked, and nothing is guessed where it is not. */
  readonly envFileText?: string | undefined;
  readonly noHome?: boolean | undefined;
  readonly mounts?: readonly MountInput[] | undefined;
  /** For the image's own program. */
  readonly arguments?: readonly Word[] | undefined;
  readonly program?: string | undefined;
}

export interface ShimCommand {
  readonly argv: readonly Word[];
  /** What was added to the spelling and why, and what the spelling cannot promise. */
  readonly notes: readonly string[];
}

const shimSchema: z.ZodType<Omit<ShimOptions, "mounts"> & { readonly mounts?: readonly Mount[] | undefined }, ShimOptions> = z.strictObject({
  instance: z.strictObject({ name: instanceName, pidFile: wordSchema.optional() }).optional(),
  cleanEnv: z.boolean().optional(),
  envFile: wordSchema.optional(),
  envFileText: z.string().optional(),
  noHome: z.boolean().optional(),
  mounts: z.array(mountSchema).optional(),
  arguments: z.array(wordSchema).optional(),
  program: programSchema,
});

/**
 * Renders `apptainer run` or `apptainer instance start` argument for argument as such a shim has it: `--env-file=…`,
 * `--no-home`, `--mount src=…,dst=…,ro`. {@link containerLayer} promises more; this is for services that must look the same.
 *
 * Guarantees: the engine gets the same arguments as the shim's, but for `--no-eval`, which is added where an argument or a
 * value would otherwise be changed by a shell inside, and then said in `notes`.
 * @throws OptionsError for a line of the environment file that would be read as something else, or lost.
 * @throws PathRefusedError for a path that no mount can carry.
 */
export function shimCommand(image: Image, options: ShimOptions): ShimCommand {
  const { path } = parseOptions(imageSchema, image, "image");
  const given = parseOptions(shimSchema, options, "shimCommand");
  const { instance, program = "apptainer", cleanEnv, envFile, noHome, mounts = [], arguments: words = [] } = given;
  const reasons = evaluated(given);
  const argv: readonly Word[] = [
    program,
    ...(instance === undefined ? ["run"] : ["instance", "start"]),
    ...(reasons.length === 0 ? [] : ["--no-eval"]),
    ...(cleanEnv === true ? ["--cleanenv"] : []),
    ...(envFile === undefined ? [] : [joinWords("--env-file=", csvField(envFile))]),
    ...(noHome === true ? ["--no-home"] : []),
    ...mounts.flatMap((mount): readonly Word[] => ["--mount", shortRecord(mount)]),
    ...(instance?.pidFile === undefined ? [] : ["--pid-file", instance.pidFile]),
    path,
    ...(instance === undefined ? [] : [instance.name]),
    ...words,
  ];
  return { argv, notes: [...reasons.map((reason) => `--no-eval was added: ${reason}`), ...limitsOf(given)] };
}

/** Without `type=bind`, which is the engine's default. */
const shortRecord = ({ source, destination, readOnly }: Mount): Word =>
  joinWords(csvField(joinWords("src=", spelled(source))), ",", csvField(joinWords("dst=", spelled(destination))), ...(readOnly ? [",ro"] : []));

const spelled = (path: Word): Word => (typeof path === "string" ? mountPath(path) : path);

/** Without --no-eval, the arguments of an image that was built from OCI stand between double quotes of a shell. */
const changedByShell = /[$`"\\]/;

function evaluated({ arguments: words = [], envFileText }: Pick<ShimOptions, "arguments" | "envFileText">): readonly string[] {
  const { issues, evaluatedTwice } = envFileText === undefined ? { issues: [] as readonly OptionsIssue[], evaluatedTwice: [] } : checkEnvFile(envFileText);
  if (issues.length > 0) throw new OptionsError("envFileText", issues);
  const literal = words.filter((word) => typeof word === "string" && changedByShell.test(word));
  const unknown = words.filter((word) => typeof word !== "string");
  return [
    ...(literal.length === 0 ? [] : [`a shell inside would change ${literal.length === 1 ? "an argument" : `${literal.length} arguments`}`]),
    ...(unknown.length === 0 ? [] : ["arguments that only the node knows may hold what a shell inside would change"]),
    ...evaluatedTwice.map((name) => `a shell inside would change the value of ${name}`),
  ];
}

const limitsOf = ({ envFile, envFileText, noHome }: ShimOptions): readonly string[] => [
  ...(envFile !== undefined && envFileText === undefined ? ["the file of variables is read as shell, and was not checked here"] : []),
  ...(noHome === true ? ["--no-home shows the home folder even so where the command starts in it: start it elsewhere"] : []),
];
