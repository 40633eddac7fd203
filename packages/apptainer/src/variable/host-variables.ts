import { fragment, lines, namesBeginning, raw, sh, variableName, type ScriptFragment, type ShellExpression } from "@hpckit/core";
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

/** The names of every variable of the engine's that is set; a forged one changes nothing. */
export const engineNames: ShellExpression = namesBeginning("APPTAINER", "SINGULARITY");

/**
 * Takes the engine's variables out of the host's environment, so that a line in somebody's profile neither mounts nor
 * sets anything in a container that did not ask for it.
 * @param kept - names that stay although they are the engine's.
 */
export function scrubVariables(kept: readonly string[]): ScriptFragment {
  const stays = raw([...harmlessVariables, ...kept].map(variableName).join(" | "));
  return fragment(sh`
    for hpckit_name in ${engineNames}; do
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

const passNamed = raw(String.raw`eval "[ \"\${$hpckit_name+set}\" != set ] || hpckit_pass $hpckit_name \"\$$hpckit_name\""`);

const passAllOf = (beginnings: readonly string[]): ShellExpression => sh`
  for hpckit_name in ${namesBeginning(...beginnings)}; do
    ${passNamed}
  done
`;
