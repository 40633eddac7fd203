import { lines, sh, type ShellExpression } from "@hpckit/core";
import type { PythonEnv } from "../environment/python-env.js";
import { environmentFunctions } from "./environment-script.js";

/** How the script that builds an environment ends. */
export const buildExit = { builtFromIndex: 0, builtFromWheels: 79, alreadyThere: 80, pipMissing: 81, installFailed: 82, checkFailed: 83, rootNotWritable: 84 } as const;

export interface BuildPlan {
  readonly env: PythonEnv;
  /** Of inputs and interpreter, as found. */
  readonly name: string;
  /** The builder's own: its folder is `NAME-ID`, with the inputs in `.hpckit` already. */
  readonly id: string;
  readonly hasConstraints: boolean;
}

/**
 * Builds an environment in its builder's own folder, at the path where it stays, and publishes it by a link that is made
 * once. So a folder under its name is whole, and two builders cannot harm each other; the claim only spares work.
 *
 * A claim is broken where its owner is seen to be dead (same machine, no such process, and the machine shows the processes
 * of others), or has not stirred for a minute of the waiter's own time; never because of its age.
 *
 * On the way out the link says whether the folder is published: a signal may come between the two, and NFS may say of a
 * link that was made that it was there already.
 */
export const renderBuild = (plan: BuildPlan): ShellExpression =>
  lines(sh`set -eu`, maskOf(plan.env), environmentFunctions, ownership(plan), claim, install(plan), publish);

const maskOf = ({ policy }: PythonEnv): ShellExpression | undefined =>
  policy === undefined ? undefined : sh`umask ${(0o777 & ~policy.folderMode).toString(8).padStart(3, "0")}`;

const ownership = ({ env, name, id }: BuildPlan): ShellExpression => sh`
  hpckit_root=${env.root}
  hpckit_name=${name}
  hpckit_mine=${`${name}-${id}`}
  hpckit_env=$hpckit_root/$hpckit_mine
  hpckit_link=$hpckit_root/$hpckit_name
  hpckit_claim=$hpckit_root/.$hpckit_name.claim
  hpckit_place="$(uname -n) $(readlink /proc/self/ns/pid || echo -)"
  hpckit_me="$hpckit_place $$"
  hpckit_beat=
  hpckit_tmp=
  hpckit_dead() {
    case $1 in
      "$hpckit_place "*) [ -d /proc/1 ] && [ ! -d "/proc/\${1##* }" ] ;;
      *) false ;;
    esac
  }
  hpckit_is_published() {
    [ "$(readlink -- "$hpckit_link")" = "$hpckit_mine" ]
  }
  hpckit_leave() {
    hpckit_status=$?
    trap '' HUP INT TERM
    trap - EXIT
    set +e
    if [ -n "$hpckit_beat" ]; then kill "$hpckit_beat" 2>/dev/null; fi
    if [ "$(cat -- "$hpckit_claim/owner" 2>/dev/null)" = "$hpckit_me" ]; then rm -rf -- "$hpckit_claim"; fi
    if ! hpckit_is_published; then rm -rf -- "$hpckit_env"; fi
    if [ -n "$hpckit_tmp" ]; then rm -rf -- "$hpckit_tmp"; fi
    exit "$hpckit_status"
  }
  trap hpckit_leave EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  printf '%s\n' "$hpckit_me" > "$hpckit_env/.hpckit/owner"
`;

const claim = sh`
  hpckit_seen=
  hpckit_still=0
  until mkdir -- "$hpckit_claim" 2>/dev/null; do
    if [ ! -w "$hpckit_root" ]; then exit ${buildExit.rootNotWritable}; fi
    if [ "$(hpckit_state "$hpckit_link")" = complete ]; then exit ${buildExit.alreadyThere}; fi
    hpckit_owner=$(cat -- "$hpckit_claim/owner" 2>/dev/null || :)
    hpckit_stir="$hpckit_owner $(cat -- "$hpckit_claim/beat" 2>/dev/null || :)"
    if [ "$hpckit_stir" = "$hpckit_seen" ]; then
      hpckit_still=$((hpckit_still + 1))
    else
      if [ -z "$hpckit_seen" ]; then echo "hpckit: another build of this environment is under way ($hpckit_owner); waiting"; fi
      hpckit_seen=$hpckit_stir
      hpckit_still=0
    fi
    if hpckit_dead "$hpckit_owner" || [ "$hpckit_still" -ge 60 ]; then
      echo "hpckit: the build that had begun ($hpckit_owner) has died; beginning again"
      if mv -- "$hpckit_claim" "$hpckit_env/.hpckit/broken-claim" 2>/dev/null; then rm -rf -- "$hpckit_env/.hpckit/broken-claim"; fi
      hpckit_seen=
    else
      sleep 1
    fi
  done
  printf '%s\n' "$hpckit_me" > "$hpckit_claim/owner" || { rm -rf -- "$hpckit_claim"; exit 1; }
  (
    trap - EXIT HUP INT TERM
    hpckit_count=0
    while kill -0 $$ 2>/dev/null && echo "$hpckit_count" > "$hpckit_claim/beat"; do
      hpckit_count=$((hpckit_count + 1))
      sleep 2
    done
  ) </dev/null >/dev/null 2>&1 &
  hpckit_beat=$!
  case $(hpckit_state "$hpckit_link") in
    complete) exit ${buildExit.alreadyThere} ;;
    damaged) echo 'hpckit: files of this environment are missing; building it again'; rm -f -- "$hpckit_link" ;;
  esac
  for hpckit_left in "$hpckit_link"-*; do
    if [ ! -e "$hpckit_left/.hpckit/complete" ] && hpckit_dead "$(cat -- "$hpckit_left/.hpckit/owner" 2>/dev/null || :)"; then
      rm -rf -- "$hpckit_left" || :
    fi
  done
`;

function install({ env, hasConstraints }: BuildPlan): ShellExpression {
  const constraints = hasConstraints ? sh`--constraint "$hpckit_env/.hpckit/constraints.txt"` : sh``;
  return lines(
    sh`
      unset PYTHONHOME PYTHONPATH PIP_TARGET PIP_PREFIX PIP_ROOT PIP_USER PIP_REQUIREMENT PIP_EDITABLE PIP_DRY_RUN PIP_PYTHON
      hpckit_tmp=$(mktemp -d) # pip that is ended leaves its files
      TMPDIR=$hpckit_tmp
      PYTHONNOUSERSITE=1
      export TMPDIR PYTHONNOUSERSITE
      if ${env.python} -c 'import ensurepip' 2>/dev/null; then
        ${env.python} -m venv "$hpckit_env"
        hpckit_pip() { "$hpckit_env/bin/python" -m pip "$@"; }
      elif ${env.python} -m pip --version >/dev/null 2>&1; then
        ${env.python} -m venv --without-pip "$hpckit_env"
        hpckit_pip() { ${env.python} -m pip --python "$hpckit_env/bin/python" "$@"; }
      else
        exit ${buildExit.pipMissing}
      fi
      hpckit_install() {
        hpckit_pip install --disable-pip-version-check --no-input --progress-bar off --requirement "$hpckit_env/.hpckit/requirements.txt" ${constraints} "$@" 2>&1
      }
      hpckit_end=${buildExit.builtFromIndex}
    `,
    env.wheels === undefined
      ? sh`hpckit_install || exit ${buildExit.installFailed}`
      : sh`
          PIP_RETRIES=\${PIP_RETRIES:-1}
          export PIP_RETRIES
          if ! hpckit_install; then
            echo 'hpckit: no package index could be reached, or none has what is required (pip says which, above); installing from the wheels that came along'
            hpckit_end=${buildExit.builtFromWheels}
            hpckit_install --no-index --find-links "$hpckit_env/.hpckit/wheels" || exit ${buildExit.installFailed}
          fi
        `,
    sh`hpckit_pip check || exit ${buildExit.checkFailed}`,
  );
}

const publish = sh`
  rm -rf -- "$hpckit_env/.hpckit/wheels"
  hpckit_files "$hpckit_env" > "$hpckit_env/.hpckit/complete.part"
  mv -- "$hpckit_env/.hpckit/complete.part" "$hpckit_env/.hpckit/complete"
  if ! ln -sn -- "$hpckit_mine" "$hpckit_link" && ! hpckit_is_published; then
    if [ "$(hpckit_state "$hpckit_link")" = complete ]; then exit ${buildExit.alreadyThere}; fi
    exit 1
  fi
  exit "$hpckit_end"
`;
