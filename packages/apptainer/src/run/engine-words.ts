/** What a container was not given although it was asked for, where the engine only warns and goes on. */
export type Loss = "variables" | "mounts" | "gpu" | "writing" | "working-folder";

/**
 * What the check of `requireGpu` says inside, as a pattern of the shell. It stands left of all else there, also of a guard, so its words go
 * where the engine's do.
 */
export const gpuRefusal = "hpckit: no * came into the container: *";

/**
 * What the engine says of each loss, as patterns of the shell in which only `*` has a meaning: a guard inside the container
 * and a parser here read the same words.
 * @see Apptainer 1.1.9 and 1.4.5: the warnings of its launcher, of its container creation and of its environment
 */
const lossWords: Readonly<Record<Loss, readonly string[]>> = {
  variables: [
    // A bad name ends the script that sets all of them.
    "*source: /.inject-*-env.sh:*",
    "*WARNING:*Overriding * environment variable with * is not permitted*",
    "*WARNING:*Ignore environment variable *",
    "*WARNING:*Skipping environment variable *",
  ],
  mounts: [
    "*WARNING:*While bind mounting *",
    "*WARNING:*Skipping * bind mount: *",
    "*WARNING:*Ignoring * bind mount*: user bind control disabled*",
    "*WARNING:*User bind control is disabled*",
    "*WARNING:*Skipping mount * [userbinds]: *",
    "*WARNING:*could not mount *",
    "*WARNING:*Could not remount * read-only*",
  ],
  gpu: [
    "*WARNING:*Could not find any * files on this host*",
    "*WARNING:*Could not find any * libraries on this host*",
    "*WARNING:*While finding * bind points*",
    "*WARNING:*Ignoring libraries bind request: user bind control disabled*",
    "*WARNING:*Ignoring binaries bind request: user bind control disabled*",
    "*WARNING:* files may not be bound with --writable*",
    gpuRefusal,
  ],
  writing: [
    "*WARNING:*isabl* --writable-tmpfs *",
    "*WARNING:*--writable-tmpfs disabled *",
    "*WARNING:*verlay image* not loaded *",
    "*WARNING:* image * is not writable, proceeding with read-only*",
  ],
  "working-folder": ["*WARNING:*Error changing the container working directory*"],
};

export const everyLoss = Object.keys(lossWords) as readonly Loss[];

/** Patterns of the losses that are not accepted, for a `case` of the shell. */
export const lossPatterns = (accepted: readonly Loss[]): readonly string[] => everyLoss.filter((loss) => !accepted.includes(loss)).flatMap((loss) => lossWords[loss]);

const readers = everyLoss.map((loss) => ({ loss, words: lossWords[loss].map(asExpression) }));

const refusal = asExpression(gpuRefusal);

/** Whether a line says that what was required is not there: that cannot be accepted. */
export const isRefusal = (line: string): boolean => refusal.test(line);

/** Of which loss a line of the engine's speaks, if of any. */
export const lossIn = (line: string): Loss | undefined => readers.find(({ words }) => words.some((word) => word.test(line)))?.loss;

function asExpression(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}

/** Patterns of the lines that are the engine's own, for a `case` of the shell: its usage text has none of them. */
export const engineLines: readonly string[] = ["*FATAL: *", "*ERROR: *", "*WARNING: *", "*INFO: *", "Error for command *", "*source: /.inject-*"];

/** What an engine says before it has looked for a terminal is coloured, wherever it goes (1.1.9 to 1.5.3). */
export const withoutColours = (text: string): string => text.split("\u001B[").map((part, index) => (index === 0 ? part : part.replace(/^[\d;]*m/, ""))).join("");

/** The engine's reason for not starting a container, without the word before it. */
export function reasonIn(lines: readonly string[]): string | undefined {
  const fatals = lines.filter((line) => line.startsWith("FATAL:"));
  // What starts an instance repeats only that it failed. An error behind it is of what clears up.
  const cause = fatals.findLast((line) => !line.includes("while executing starter"));
  const fatal = cause ?? lines.findLast((line) => line.startsWith("ERROR:")) ?? fatals.at(-1) ?? lines.findLast((line) => line.startsWith("Error for command"));
  return fatal?.replace(/^(?:FATAL|ERROR):\s*/, "");
}
