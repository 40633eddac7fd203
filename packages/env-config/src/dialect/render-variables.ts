import { parseOptions, Secret } from "@hpckit/core";
import { z } from "zod";
import { hidden, secretText } from "../secret/secret-text.js";
import { entriesOf, revealed, textOf, type Variables } from "../variable/variable-text.js";
import { apptainerAny, apptainerEval, apptainerNoEval } from "./apptainer.js";
import { crontabLines } from "./crontab.js";
import { cshExports } from "./csh.js";
import { DialectError, type RefusedVariable } from "./dialect-error.js";
import type { Dialect, Refusal } from "./dialect.js";
import { dotenv } from "./dotenv.js";
import { fishExports } from "./fish.js";
import { sbatchExport, sbatchExportFile } from "./sbatch.js";
import { shExports } from "./sh.js";
import { supervisorMain, supervisorProgram } from "./supervisor.js";
import { systemdFile } from "./systemd.js";

export const dialects = {
  sh: shExports,
  csh: cshExports,
  fish: fishExports,
  dotenv,
  apptainer: apptainerAny,
  "apptainer-no-eval": apptainerNoEval,
  "apptainer-eval": apptainerEval,
  systemd: systemdFile,
  supervisor: supervisorProgram,
  "supervisor-main": supervisorMain,
  crontab: crontabLines,
  "sbatch-export": sbatchExport,
  "sbatch-export-file": sbatchExportFile,
} as const satisfies Readonly<Record<EnvironmentDialect, Dialect>>;

/**
 * Who reads the variables.
 * - `sh` (sh, bash, dash), `csh` (csh, tcsh), `fish`: a script to source;
 * - `dotenv`: a `.env` file that Node, python-dotenv and Docker Compose read alike;
 * - `apptainer`: an `--env-file` that means the same with `--no-eval` and without; `apptainer-no-eval` and `apptainer-eval` carry more, each in one of the two ways alone;
 * - `systemd`: an `EnvironmentFile=`; `crontab`: lines before its entries;
 * - `supervisor`: the value of `environment=` in a section `[program:x]`; `supervisor-main`: in `[supervisord]`;
 * - `sbatch-export`: the list of `--export=`, after `ALL,` or `NIL,`; `sbatch-export-file`: the file of `--export-file=`, beside `--export=ALL`.
 */
export type EnvironmentDialect =
  | "sh"
  | "csh"
  | "fish"
  | "dotenv"
  | "apptainer"
  | "apptainer-no-eval"
  | "apptainer-eval"
  | "systemd"
  | "supervisor"
  | "supervisor-main"
  | "crontab"
  | "sbatch-export"
  | "sbatch-export-file";

export interface RenderVariablesOptions {
  readonly dialect: EnvironmentDialect;
}

const options: z.ZodType<RenderVariablesOptions> = z.strictObject({ dialect: z.enum(Object.keys(dialects) as [EnvironmentDialect, ...EnvironmentDialect[]]) });

/**
 * Writes variables so that one kind of reader gets them. Pure.
 *
 * Guarantees: the reader hands every value on byte for byte, or the call is refused. Text that holds a secret is a `Secret` itself, so that it
 * cannot be written, logged or shown by accident: `applyTemplate` writes it with mode 0600.
 * @throws {@link DialectError} that lists every variable that this reader cannot carry, with the reason and the next step.
 */
export function renderVariables(variables: Readonly<Record<string, string | number | boolean | undefined>>, options: RenderVariablesOptions): string;
export function renderVariables(variables: Variables, options: RenderVariablesOptions): string | Secret;
export function renderVariables(variables: Variables, input: RenderVariablesOptions): string | Secret {
  const dialect: Dialect = dialects[parseOptions(options, input, "renderVariables").dialect];
  const refused: RefusedVariable[] = [];
  const written: { readonly text: string; readonly shown: string; readonly isSecret: boolean }[] = [];
  for (const [name, value] of entriesOf(variables, "renderVariables")) {
    const text = textOf(name, value);
    const refusal = text.kind === "refused" ? { reason: text.reason, nextStep: "" } : refuse(name, text.value, dialect);
    if (refusal !== undefined) refused.push(asIssue(name, refusal));
    else if (text.kind === "text") {
      const line = dialect.write(name, revealed(text.value));
      const isSecret = text.value instanceof Secret;
      written.push({ text: line, shown: isSecret ? `${name}=${hidden(line)}` : line, isSecret });
    }
  }
  const joined = (which: "text" | "shown"): string => written.map((each) => each[which]).join(dialect.separator ?? "");
  const [all, shown] = [joined("text"), joined("shown")];
  if (dialect.mostBytes !== undefined && Buffer.byteLength(all) > dialect.mostBytes) refused.push(tooLong(dialect));
  if (refused.length > 0) throw new DialectError(dialect.title, refused);
  return written.some(({ isSecret }) => isSecret) ? secretText(all, shown) : all;
}

function refuse(name: string, value: string | Secret, dialect: Dialect): Refusal | undefined {
  if (!/^[A-Za-z_]\w*$/.test(name)) return { reason: "is no name of a variable", nextStep: "take letters, digits and _, not beginning with a digit" };
  return (value instanceof Secret ? dialect.secrets : undefined) ?? dialect.refuse(name, revealed(value));
}

const asIssue = (path: string, { reason, nextStep }: Refusal): RefusedVariable => ({ path, message: nextStep === "" ? reason : `${reason}; ${nextStep}`, reason, nextStep });

const tooLong = ({ title, mostBytes }: Dialect): RefusedVariable =>
  asIssue("", { reason: `all variables together are longer than the ${mostBytes} bytes that ${title} takes`, nextStep: "set some in a launch, or in a file" });
