import { fragment, lines, raw, sh, variableName, type ScriptFragment, type ShellExpression } from "@hpckit/core";

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
    for hpckit_name in $(env | sed -n -e 's/^\(APPTAINER[A-Z0-9_a-z]*\)=.*/\1/p' -e 's/^\(SINGULARITY[A-Z0-9_a-z]*\)=.*/\1/p'); do
      case $hpckit_name in
        ${stays}) ;;
        *) unset "$hpckit_name" ;;
      esac
    done
  `);
}

/**
 * Brings variables of the host in under `cleanEnv`. One that is not set there stays unset; one that would not arrive whole
 * stops the launch, see {@link divideSetup}.
 */
export const passVariables = (names: readonly string[]): readonly ScriptFragment[] =>
  names.length === 0 ? [] : [fragment(lines(...names.map((name) => passVariable(name, raw(variableName(name))))))];

const passVariable = (name: string, variable: ShellExpression): ShellExpression => sh`
  if [ "\${${variable}+set}" = set ]; then
    case $${variable} in *${"\r\n"}*) printf 'hpckit: cannot pass %s into the container: it holds a carriage return before a line break\n' ${name} >&2; exit 64 ;; esac
    APPTAINERENV_${variable}=$${variable}
    export APPTAINERENV_${variable}
  fi
`;
