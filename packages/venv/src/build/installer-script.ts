import { lines, sh, type ShellExpression } from "@hpckit/core";
import type { PythonEnv } from "../environment/python-env.js";
import { buildExit } from "./build-exit.js";

/**
 * Settings of pip that decide what is installed, or whether an index can be reached, and that uv does not read.
 * @see uv's documentation, The pip interface: Compatibility with pip, Configuration files and environment variables
 */
const decisive = ["index-url", "extra-index-url", "find-links", "no-index", "constraint", "pre", "no-binary", "only-binary", "trusted-host", "cert", "client-cert"];

/**
 * Makes functions of the installer: `hpckit_first` and `hpckit_install` install, `hpckit_record` keeps what a lock is made of (pip tells
 * it as it installs, so that the first of them does that), `hpckit_check` checks.
 */
export const chooseInstaller = (env: PythonEnv): ShellExpression =>
  lines(
    isPipConfigured(env),
    sh`hpckit_installer=pip`,
    env.installer === "uv" ? sh`hpckit_installer=uv` : undefined,
    env.installer === "auto" ? sh`if command -v uv >/dev/null 2>&1 && { [ -z "$hpckit_has_pip" ] || ! hpckit_pip_is_configured; }; then hpckit_installer=uv; fi` : undefined,
    env.installer === "pip" ? sh`[ -n "$hpckit_has_pip" ] || exit ${buildExit.pipMissing}` : undefined,
    sh`if [ "$hpckit_installer" = uv ]; then`,
    uv,
    sh`else`,
    pip,
    sh`fi`,
  );

/**
 * pip tells its settings itself, in one spelling, wherever they stand. What the environment itself says of indexes is told to both. Where
 * settings cannot be read, pip says why as it installs.
 */
function isPipConfigured({ index, extraIndexes }: PythonEnv): ShellExpression {
  const own = [...(index === undefined ? [] : ["index-url"]), ...(extraIndexes.length === 0 ? [] : ["extra-index-url"])];
  const asked = decisive.filter((setting) => !own.includes(setting));
  return sh`
    hpckit_pip_is_configured() {
      hpckit_settings=$(hpckit_pip config list 2>/dev/null) || return 0
      printf '%s\n' "$hpckit_settings" | grep -qE ${`^(global|install|:env:)\\.(${asked.join("|")})=.[^'"]`}
    }
  `;
}

/**
 * As pip does it: the newest version of all indexes, modules compiled at once (what runs later may not write there). Nothing is linked
 * from a cache, which may lie on another file system and be emptied; no Python is downloaded. uv tells of no hashes as it installs, so what
 * stood there not before is locked afterwards: where that fails, the environment is none the worse, and who asks for its lock is told.
 */
const uv = sh`
  UV_LINK_MODE=copy UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_NO_PROGRESS=1 UV_INDEX_STRATEGY=unsafe-best-match
  export UV_LINK_MODE UV_NO_CACHE UV_PYTHON_DOWNLOADS UV_COMPILE_BYTECODE UV_NO_PROGRESS UV_INDEX_STRATEGY
  hpckit_uv() { hpckit_verb=$1; shift; uv pip "$hpckit_verb" --python "$hpckit_folder/bin/python" "$@"; }
  hpckit_install() { hpckit_uv install "$@" 2>&1; }
  hpckit_first() { hpckit_install "$@"; }
  hpckit_check() { hpckit_uv check 2>&1; }
  hpckit_uv freeze 2>/dev/null > "$hpckit_tmp/seeds" || :
  hpckit_record() {
    hpckit_uv freeze --exclude-editable 2>/dev/null | grep -v ' @ ' | grep -vxF -f "$hpckit_tmp/seeds" > "$hpckit_tmp/installed" || :
    hpckit_uv compile --quiet --no-deps --generate-hashes --no-header --no-annotate "$@" "$hpckit_tmp/installed" > "$hpckit_inputs/lock.txt" 2>/dev/null || rm -f -- "$hpckit_inputs/lock.txt"
  }
  uv --version > "$hpckit_inputs/installer"
`;

/** No variable takes a folder back that a file of pip's settings names: it would install there, and the environment be whole and empty. */
const pip = sh`
  hpckit_elsewhere=$(hpckit_pip config list 2>/dev/null | sed -n 's/^\(global\|install\)\.\(target\|prefix\|root\)=.*/\2/p' | sed 1q)
  if [ -n "$hpckit_elsewhere" ]; then
    echo "ERROR: a file of settings makes this machine's pip install elsewhere: take '$hpckit_elsewhere' out of it (pip config debug tells which file), or give PIP_CONFIG_FILE=/dev/null"
    exit ${buildExit.installFailed}
  fi
  hpckit_install() { hpckit_pip install --disable-pip-version-check --no-input --progress-bar off "$@" 2>&1; }
  hpckit_first() {
    case $(hpckit_pip install --help 2>/dev/null) in
      *--report*) hpckit_install --report "$hpckit_inputs/report.json" "$@" ;;
      *) hpckit_install "$@" ;;
    esac
  }
  hpckit_record() { :; }
  hpckit_check() { hpckit_pip check 2>&1; }
  hpckit_pip --version | sed 's/ from .*//' > "$hpckit_inputs/installer"
`;
