import { fragment, lines, raw, sh, variableName, type ScriptFragment, type ShellExpression } from "@hpckit/core";
import type { EnginePrefix } from "./crossing.js";
import { isPattern, type PassedVariable } from "./passed-variables.js";

/**
 * Variables of the engine that say where it works and how it signs in, and change nothing about what the command sees.
 * @see apptainer(1), environment variables; almost every other flag has one too, and those for mounts add to the flags.
 */
export const harmlessVariables: readonly string[] = [
  "APPTAINER_CACHEDIR",
  "APPTAINER_CONFIGDIR",
  "APPTAINER_TMPDIR",
  "APPTAINER_DOCKER_USERNAME",
  "APPTAINER_DOCKER_PASSWORD",
  "SINGULARITY_CACHEDIR",
  "SINGULARITY_CONFIGDIR",
  "SINGULARITY_TMPDIR",
  "SINGULARITY_DOCKER_USERNAME",
  "SINGULARITY_DOCKER_PASSWORD",
];

/**
 * Takes the engine's variables out of the host's environment, so that a line in somebody's profile neither mounts nor
 * sets anything in a container that did not ask for it.
 * @param kept - names that stay although they are the engine's.
 */
export function scrubVariables(kept: readonly string[]): ScriptFragment {
  const stays = raw([...harmlessVariables, ...kept].map(variableName).join(" | "));
  return fragment(sh`
    for hpckit_name in $(env | LC_ALL=C sed -n -e 's/^\(APPTAINER[A-Z0-9_a-z]*\)=.*/\1/p' -e 's/^\(SINGULARITY[A-Z0-9_a-z]*\)=.*/\1/p'); do
      case $hpckit_name in
        ${stays}) ;;
        *) unset "$hpckit_name" ;;
      esac
    done
  `);
}

/**
 * Brings variables of the host in under `cleanEnv`, by their names or by how these begin. One that is not set there stays
 * unset; one that would not arrive whole stops the launch, see {@link divideSetup}.
 */
export function passVariables(passed: readonly PassedVariable[], prefix: EnginePrefix = "APPTAINERENV_"): readonly ScriptFragment[] {
  if (passed.length === 0) return [];
  const patterns = passed.filter(isPattern).map((pattern) => pattern.slice(0, -1));
  const names = passed.filter((name) => !isPattern(name));
  return [
    fragment(
      lines(
        sh`
          hpckit_pass() {
            case $2 in *${"\r\n"}*) printf 'hpckit: cannot pass %s into the container: it holds a carriage return before a line break\n' "$1" >&2; exit 64 ;; esac
            export ${prefix}"$1=$2"
          }
        `,
        ...names.map((name) => passVariable(raw(variableName(name)))),
        ...(patterns.length === 0 ? [] : [passAllOf(patterns)]),
      ),
    ),
  ];
}

const passVariable = (variable: ShellExpression): ShellExpression => sh`[ "\${${variable}+set}" != set ] || hpckit_pass ${variable} "$${variable}"`;

/**
 * The name is of letters, digits and underscores: `sed` lets nothing else through. It reads bytes: in UTF-8 its `.` stops at one that is
 * no character (a job's name in Latin-1), and what stands behind would be left in the name.
 */
const passNamed = raw(String.raw`eval "[ \"\${$hpckit_name+set}\" != set ] || hpckit_pass $hpckit_name \"\$$hpckit_name\""`);

/** A value with a line break can forge a name in this list; one that is not set is passed over. */
const passAllOf = (beginnings: readonly string[]): ShellExpression => sh`
  for hpckit_name in $(env | LC_ALL=C sed -n ${beginnings.flatMap((beginning) => ["-e", String.raw`s/^\(${variableName(beginning)}[A-Za-z0-9_]*\)=.*/\1/p`])}); do
    ${passNamed}
  done
`;
