import { commandLine, commandSchema, lines, OptionsError, parseOptions, raw, sh, type Word } from "@hpckit/core";
import { z } from "zod";

/** A command for some tasks of a step. */
export interface TaskCommand {
  /** Numbers of tasks, from 0; the last command may leave them out, and is for all others. */
  readonly tasks?: readonly number[] | undefined;
  readonly argv: readonly Word[];
}

const taskCommands: z.ZodType<readonly TaskCommand[]> = z.array(z.strictObject({ tasks: z.array(z.int().nonnegative()).min(1).optional(), argv: commandSchema })).min(1);

/** Status of a task that no command is for. @see sysexits.h, EX_USAGE */
const noCommandStatus = 64;

/**
 * The command of a step whose tasks run different ones, as `srun --multi-prog` does with a file.
 *
 * Guarantees: each task becomes its command; one that none is for fails, and says so.
 * @throws OptionsError for a task that is named twice, or a command for all others that is not the last.
 * @example `compose(byTask([{ tasks: [0], argv: ["./master"] }, { argv: ["./worker"] }]), [step({ ntasks: 64 })])`
 */
export function byTask(commands: readonly TaskCommand[]): readonly Word[] {
  const checked = parseOptions(taskCommands, commands, "byTask");
  const named = checked.flatMap(({ tasks = [] }) => tasks);
  const twice = named.find((task, index) => named.indexOf(task) !== index);
  if (twice !== undefined) throw new OptionsError("byTask", [{ path: "", message: `task ${twice} has two commands` }]);
  if (checked.slice(0, -1).some(({ tasks }) => tasks === undefined)) throw new OptionsError("byTask", [{ path: "", message: "the command without tasks is for all others: it stands last" }]);
  const script = lines(
    raw('case $SLURM_PROCID in'),
    ...checked.map(({ tasks, argv }) => raw(`${tasks?.join(" | ") ?? "*"}) exec ${commandLine(argv)} ;;`)),
    checked.at(-1)?.tasks === undefined ? undefined : sh`*) echo "hpckit: there is no command for task $SLURM_PROCID" >&2; exit ${noCommandStatus} ;;`,
    raw("esac"),
  );
  return ["/bin/sh", "-c", script.shell];
}
