import { callbackSchema, cancellableShape, OptionsError, parseOptions, Secret, timeLimitSchema, type ExecOptions, type OptionsIssue, type StreamOptions } from "@hpckit/core";
import { z } from "zod";
import { unfit } from "../guard/octets.js";

const text = z.string().superRefine((value, context) => {
  const reason = unfit(value);
  if (reason !== undefined) context.addIssue({ code: "custom", message: reason });
});
const textOrSecret = z.custom<string | Secret>().superRefine((value: unknown, context) => {
  const given = value instanceof Secret ? value.reveal() : value;
  const reason = typeof given === "string" ? unfit(given) : "neither a text nor a Secret";
  if (reason !== undefined) context.addIssue({ code: "custom", message: reason });
});

/** Variables that sh or bash keep for themselves: they would arrive changed, or end the script. */
const kept = /^(?:_|PPID|UID|EUID|GROUPS|SHLVL|SHELLOPTS|BASHOPTS|BASH_(?!ENV$)\w+|BASHPID|S?RANDOM|SECONDS|LINENO|OPTIND|DIRSTACK|FUNCNAME|HISTCMD|EPOCHSECONDS|EPOCHREALTIME)$/;

const variable = z.string().superRefine((name, context) => {
  if (!/^[A-Za-z_]\w*$/.test(name)) context.addIssue({ code: "custom", message: "not a name of a variable" });
  else if (kept.test(name)) context.addIssue({ code: "custom", message: "the shell keeps this variable for itself" });
});

/** What a command and a batch of commands have in common. */
export const execOptionsShape = {
  ...cancellableShape,
  cwd: text.min(1).optional(),
  env: z.record(variable, textOrSecret).optional(),
  timeoutMs: timeLimitSchema.optional(),
  check: z.boolean().optional(),
  maxOutputBytes: z.number().int().positive().optional(),
};

const whole = [z.string(), z.instanceof(Uint8Array)] as const;
const pieces = z.custom<AsyncIterable<string | Uint8Array>>((value) => typeof value === "object" && value !== null && Symbol.asyncIterator in value);

const execOptionsSchema: z.ZodType<ExecOptions> = z.strictObject({
  ...execOptionsShape,
  stdin: z.union(whole, { error: "neither text nor bytes; what comes in pieces goes into stream()" }).optional(),
});

const streamOptionsSchema: z.ZodType<StreamOptions> = z.strictObject({
  ...execOptionsShape,
  stdin: z.union([...whole, pieces], { error: "neither text nor bytes, nor what gives them in pieces" }).optional(),
  onStderr: callbackSchema<(text: string) => void>("a function").optional(),
});

/** @throws OptionsError for what no process could receive. */
export const checkCommand = (argv: readonly string[], options: ExecOptions): void => check(argv, options, execOptionsSchema);

/** @throws OptionsError for what no process could receive. */
export const checkStream = (argv: readonly string[], options: StreamOptions): void => check(argv, options, streamOptionsSchema);

function check<Options>(argv: readonly string[], options: Options, schema: z.ZodType<Options>): void {
  // Programs in plain JavaScript come here, too.
  const words: unknown = argv;
  if (!Array.isArray(words)) throw new OptionsError("command", [{ path: "", message: 'a command is a list of words, e.g. ["ls", "-l"]; a line of shell is ["sh", "-c", line]' }]);
  const issues: OptionsIssue[] = words.flatMap((word: unknown, index) => {
    const reason = typeof word === "string" ? unfit(word) : "not a text";
    return reason === undefined ? [] : [{ path: String(index), message: reason }];
  });
  if (issues.length > 0) throw new OptionsError("command", issues);
  const program = argv[0];
  if (program === undefined || program === "") issues.push({ path: "0", message: "the name of a program is missing" });
  else if (program.startsWith("-")) issues.push({ path: "0", message: "the name of a program cannot begin with a hyphen; write its path" });
  if (issues.length > 0) throw new OptionsError("command", issues);
  parseOptions(schema, options, `options of ${String(program)}`);
}

/** The secrets that a command is handed. Asked also before its options are checked. */
export const secretsOf = (options: Pick<ExecOptions, "env"> | null | undefined): readonly Secret[] => Object.values(options?.env ?? {}).filter((value) => value instanceof Secret);
