import { addingLayer, fragment, lines, needing, raw, secret, setVariable, sh, type LaunchLayer, type ScriptFragment } from "@hpckit/core";

/** What a machine's pip is told by its surroundings, so that pip in a container can be told the same. */
export interface PipSettings {
  readonly variables: readonly { readonly name: string; readonly value: string }[];
  /** Configuration files and certificates. */
  readonly files: readonly string[];
}

/** Variables that say where certificates and configuration are; those of pip itself are found by their prefix. */
const beside = ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "XDG_CONFIG_HOME"];

/**
 * Reports the settings of the machine it runs on, in hexadecimal: values may hold anything.
 * @see pip's documentation, Configuration: locations of the files, and the variables `PIP_…`
 */
export const reportPipSettings: ScriptFragment = fragment(
  lines(
    sh`
      hpckit_hex() { printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'; }
      hpckit_file() { case $1 in /*) if [ -r "$1" ]; then printf 'file %s\n' "$(hpckit_hex "$1")"; fi ;; esac; }
      for hpckit_name in $(env | sed -n 's/^\(PIP_[A-Z0-9_]*\)=.*/\1/p') ${beside}; do
        eval 'hpckit_value=\${'"$hpckit_name"'-}'
        if [ -n "$hpckit_value" ]; then
          printf 'variable %s=%s\n' "$hpckit_name" "$(hpckit_hex "$hpckit_value")"
          hpckit_file "$hpckit_value"
        fi
      done
      for hpckit_conf in /etc/pip.conf /etc/xdg/pip/pip.conf "\${HOME:-/}/.pip/pip.conf" "\${XDG_CONFIG_HOME:-\${HOME:-}/.config}/pip/pip.conf" "\${PIP_CONFIG_FILE:-}"; do
        hpckit_file "$hpckit_conf"
        if [ -r "$hpckit_conf" ]; then
          sed -n -e 's/^ *cert *= *//p' -e 's/^ *client-cert *= *//p' -e 's/^ *find-links *= *//p' -- "$hpckit_conf" |
            while IFS= read -r hpckit_line; do hpckit_file "$hpckit_line"; done
        fi
      done
    `,
    raw("unset hpckit_value hpckit_conf"),
  ),
);

export function parsePipSettings(stdout: string): PipSettings {
  const matches = [...stdout.matchAll(/^(?:variable ([A-Z0-9_]+)=|file )((?:[0-9a-f]{2})+)$/gm)];
  const decoded = matches.map(([, name, hex = ""]) => ({ name, value: Buffer.from(hex, "hex").toString("utf8") }));
  return {
    variables: decoded.flatMap(({ name, value }) => (name === undefined ? [] : [{ name, value }])),
    files: [...new Set(decoded.flatMap(({ name, value }) => (name === undefined ? [value] : [])))],
  };
}

/** Gives pip in a container what pip on the host has. An address may hold a password, so each value goes as a secret. */
export const withPipSettings = ({ variables, files }: PipSettings): readonly LaunchLayer[] => [
  addingLayer("pip settings", { setup: variables.map(({ name, value }) => setVariable(name, secret(value))) }),
  needing(...files.map((path) => ({ path, access: "read" as const }))),
];
