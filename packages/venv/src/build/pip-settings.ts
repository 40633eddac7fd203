import { addingLayer, fragment, lines, needing, raw, secret, setVariable, sh, type LaunchLayer, type ScriptFragment } from "@hpckit/core";

/** What a machine's pip is told by its surroundings, so that pip in a container can be told the same. */
export interface PipSettings {
  readonly variables: readonly { readonly name: string; readonly value: string }[];
  /** Configuration files and certificates. */
  readonly files: readonly string[];
}

/** Variables that say where certificates and configuration are; those of pip itself are found by their prefix. */
const beside = ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS"];

/** Certificates and folders of wheels that a file of settings names, a line each: pip reads `find_links` as `find-links`, and deeper lines as more of it. */
const namedInside = sh`
  hpckit_named() {
    LC_ALL=C awk '
      /^[[:space:]]*\// { if (wanted) { sub(/^[[:space:]]*/, ""); print } next }
      /[=:]/ {
        key = tolower($0)
        sub(/[[:space:]]*[=:].*/, "", key)
        sub(/^[[:space:]]*/, "", key)
        wanted = key ~ /^(client[-_])?cert$|^find[-_]links$/
        if (wanted) { sub(/^[^=:]*[=:][[:space:]]*/, ""); print }
      }
    ' "$1"
  }
`;

/** Where pip looks for files of settings, and the folders of wheels that a variable names: a path a line. */
const places = sh`
  hpckit_places() {
    printf '%s\n' /etc/pip.conf "\${HOME:-/}/.pip/pip.conf" "\${XDG_CONFIG_HOME:-\${HOME:-}/.config}/pip/pip.conf" "\${PIP_CONFIG_FILE:-}"
    printf '%s\n' "\${XDG_CONFIG_DIRS:-/etc/xdg}" | tr : '\n' | sed 's|$|/pip/pip.conf|'
    printf '%s\n' "\${PIP_FIND_LINKS:-}" | tr -s '[:blank:]' '\n'
  }
`;

/**
 * Reports the settings of the machine it runs on, in hexadecimal: values may hold anything. Names are read byte by byte: in UTF-8 sed's `.`
 * ends at a byte that is no character, and would print what follows it. A line within a value makes a name at most, whose own value is asked.
 * @see pip's documentation, Configuration: locations of the files, and the variables `PIP_…`
 */
export const reportPipSettings: ScriptFragment = fragment(
  lines(
    namedInside,
    places,
    sh`
      hpckit_hex() { printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'; }
      hpckit_file() { case $1 in /*) if [ -r "$1" ]; then printf 'file %s\n' "$(hpckit_hex "$1")"; fi ;; esac; }
      for hpckit_name in $(env | LC_ALL=C sed -n 's/^\(PIP_[A-Za-z0-9_]*\)=.*/\1/p' | LC_ALL=C sort -u) ${beside}; do
        eval 'hpckit_value=\${'"$hpckit_name"'-}'
        if [ -n "$hpckit_value" ]; then
          printf 'variable %s=%s\n' "$hpckit_name" "$(hpckit_hex "$hpckit_value")"
          hpckit_file "$hpckit_value"
        fi
      done
      hpckit_places | while IFS= read -r hpckit_place; do
        hpckit_file "$hpckit_place"
        if [ -f "$hpckit_place" ] && [ -r "$hpckit_place" ]; then
          hpckit_named "$hpckit_place" | while IFS= read -r hpckit_line; do hpckit_file "$hpckit_line"; done
        fi
      done
    `,
    raw("unset hpckit_value"),
  ),
);

export function parsePipSettings(stdout: string): PipSettings {
  const matches = [...stdout.matchAll(/^(?:variable (\w+)=|file )((?:[0-9a-f]{2})+)$/gm)];
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
