import { lines, raw, sh, type Secret, type ShellExpression } from "@hpckit/core";
import { octets } from "./octets.js";
import { handOnInput } from "./streamed-input.js";

/** Why a command was not started, as the script over there says it. */
export type StartRefusal = "cwd" | "input";

/** Where a command runs, and with which variables. */
export interface Surroundings {
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string | Secret>> | undefined;
}

export interface CommandScriptInput extends Surroundings {
  readonly token: string;
  readonly argv: readonly string[];
  /** Bytes of standard input that follow the script, or `pieces`: as `streamed-input.ts` frames them. */
  readonly inputBytes: number | "pieces";
}

/**
 * The script that becomes the command. One compound: what is cut anywhere is a syntax error, and nothing of it runs.
 *
 * Input is taken in whole, into a file that has no name any more, before the command starts: a connection lost in the
 * middle can never hand half of it over as if it were all.
 */
export function renderCommandScript({ token, argv, cwd, env, inputBytes }: CommandScriptInput): ShellExpression {
  const isWhole = inputBytes !== "pieces";
  return sh`
    {
    ${lines(
      isWhole ? (inputBytes === 0 ? sh`exec </dev/null` : takeInput(token, inputBytes)) : handOnInput(refuse(token, "input")),
      isWhole ? sayGroup : undefined,
      ...surround(token, { cwd, env }),
      sayStart(token),
      closeGuard,
      sh`exec ${argv.map(octets)}`,
    )}
    }
  `;
}

/** Enters the folder and sets the variables. */
export function surround(token: string, { cwd, env = {} }: Surroundings): readonly ShellExpression[] {
  const variables = Object.entries(env).map(([name, value]) => sh`export ${raw(name)}=${octets(typeof value === "string" ? value : value.reveal())}`);
  return [...(cwd === undefined ? [] : [sh`cd -- ${fromHere(octets(cwd))} || ${refuse(token, "cwd")}`]), ...variables];
}

/** Tells the watcher which group to end. Said when the script has read all it wants of descriptor 3. */
export const sayGroup: ShellExpression = sh`echo "$$" >&7`;

/** Everything before this line, on either output, is a login's noise. */
export const sayStart = (token: string): ShellExpression => sh`
  echo ${token}" start $$" >&5
  echo ${token}" start $$" >&4
`;

/** Leaves the command with its three descriptors and no others. */
export const closeGuard: ShellExpression = sh`exec >&5 2>&4 3<&- 4>&- 5>&- 7>&-`;

/** Ends the script before the command has been started. */
export const refuse = (token: string, reason: StartRefusal): ShellExpression => sh`{ echo ${token}" refused "${reason} >&5; exit 1; }`;

const takeInput = (token: string, size: number): ShellExpression => sh`
  hpckit_file=$(mktemp) && exec 6<"$hpckit_file" || ${refuse(token, "input")}
  head -c ${size} <&3 >"$hpckit_file"
  hpckit_size=$(wc -c <"$hpckit_file")
  rm -f -- "$hpckit_file"
  [ "$hpckit_size" -eq ${size} ] || ${refuse(token, "input")}
  exec <&6 6<&-
`;

/** A relative path could be an option, `cd -`, or be looked up in CDPATH. */
const fromHere = (path: string): string => (path.startsWith("/") ? path : `./${path}`);
