import { lines, sh, type ShellExpression } from "@hpckit/core";

/**
 * What is looked at, by name. A section that is empty was looked at and is not there; one that is missing was not looked at.
 * Each program has its own time limit, so that a controller or a file system that hangs costs one answer and not all.
 */
export const siteSections = [
  "login-shell", "bare-sbatch", "host", "machine", "umask", "addresses", "home", "folders", "variables", "slurm", "slurm-version", "slurm-config",
  "slurm-partitions", "slurm-mpi", "scrontab", "module", "module-files", "engine", "engine-version", "engine-config", "engine-binds", "python", "python-version", "crontab", "systemd", "lingering", "end",
] as const;
export type SiteSection = (typeof siteSections)[number];

/** Names under which sites offer a place for large files, and folders where it usually is. */
const scratchVariables = ["SCRATCH", "PSCRATCH", "CSCRATCH", "SCRATCHDIR", "WORK", "WORKDIR"];
const scratchFolders = ["/scratch", "/work", "/gscratch", "/lustre", "/gpfs", "/global/scratch", "/shared/scratch"];

const moduleFiles = sh`
  for file in "$MODULESHOME/init/sh" "$LMOD_PKG/init/sh" /etc/profile.d/lmod.sh /etc/profile.d/z00_lmod.sh /usr/share/lmod/lmod/init/sh /etc/profile.d/modules.sh /usr/share/modules/init/sh; do
    [ ! -f "$file" ] || printf '%s\n' "$file"
  done
`;

/** A line for each folder: how it was named, what it is, whether this account can write there, the kind of its file system, its path. */
const folders = sh`
  look() {
    [ -n "$2" ] && [ -d "$2" ] || return 0
    kind=$(limited findmnt -n -o FSTYPE -T "$2" 2>/dev/null | tail -n 1)
    [ -n "$kind" ] || kind=$(limited stat -f -c %T "$2" 2>/dev/null | tr ' ' _)
    if [ -w "$2" ]; then mine=writable; else mine=closed; fi
    printf '%s %s %s %s\n' "$1" "$mine" "\${kind:--}" "$2"
  }
  look home "$HOME"
  for name in ${scratchVariables}; do look "$name" "$(printenv "$name")"; done
  for folder in ${scratchFolders}; do look folder "$folder"; look user "$folder/$USER"; done
`;

const slurm = sh`
  section slurm; command -v sbatch
  section slurm-version; limited sbatch --version
  section slurm-config; limited scontrol show config
  section slurm-partitions; limited scontrol --oneliner show partition
  section slurm-mpi; limited srun --mpi=list 2>&1
  section scrontab; command -v scrontab
`;

const engine = sh`
  section engine; engine=$(command -v apptainer || command -v singularity); printf '%s\n' "$engine"
  if [ -n "$engine" ]; then
    section engine-version; limited "$engine" --version
    config=$(limited "$engine" buildcfg 2>/dev/null | sed -n 's/^[A-Z]*_CONF_FILE=//p' | head -n 1)
    section engine-config; [ ! -r "$config" ] || printf '%s\n' "$config"
    section engine-binds; [ ! -r "$config" ] || sed -n 's/^[[:space:]]*bind path[[:space:]]*=[[:space:]]*//p' "$config"
  fi
`;

/** $1: what ends a section's name, unguessable; $2: the host as it was called. */
export const siteProbe: ShellExpression = lines(
  sh`
    token=$1
    section() { printf '\n%s %s\n' "$token" "$1"; }
    limited() { if command -v timeout >/dev/null 2>&1; then timeout -k 2 15 "$@" </dev/null; else "$@" </dev/null; fi; }
    USER=\${USER:-$(id -un)}
    section host; uname -n
    section machine; uname -m
    section umask; umask
    section addresses; limited getent ahosts "$2" | cut -d' ' -f1 | sort -u
    section home; printf '%s\n' "$HOME"
    section folders
  `,
  folders,
  sh`section variables; for name in ${["MODULESHOME", "LMOD_VERSION", "LMOD_CMD", "MODULES_CMD"]}; do [ -z "$(printenv "$name")" ] || printf '%s\n' "$name"; done`,
  slurm,
  sh`section module; command -v module`,
  sh`section module-files`,
  moduleFiles,
  engine,
  sh`
    section python; command -v python3
    section python-version; limited python3 --version 2>&1
    section crontab; if command -v crontab >/dev/null 2>&1; then LC_ALL=C limited crontab -l 2>&1 >/dev/null; echo "status $?"; fi
    section systemd; limited systemctl --user is-system-running 2>/dev/null
    section lingering; limited loginctl show-user "$USER" --property=Linger --value 2>/dev/null
    section end
    exit 0
  `,
);

/**
 * Runs the probe as a login shell sees the site, once; where that does not get to its end, in a plain one. It ends with 0 whatever was found.
 * What somebody's profile prints stands before the first section.
 */
export const siteProbeCommand = (token: string, host: string): readonly string[] => [
  "/bin/sh",
  "-c",
  sh`
    probe=$1 token=$2 host=$3
    printf '\n%s bare-sbatch\n' "$token"; command -v sbatch
    shell=$(command -v bash || command -v sh)
    if command -v timeout >/dev/null 2>&1; then
      said=$(timeout -k 5 120 "$shell" -l -c "$probe" hpckit "$token" "$host" </dev/null 2>/dev/null)
    else
      said=$("$shell" -l -c "$probe" hpckit "$token" "$host" </dev/null 2>/dev/null)
    fi
    printf '\n%s login-shell\n' "$token"
    case $said in
      *"$token end"*) printf '%s\n%s\n' "$shell" "$said" ;;
      *) sh -c "$probe" hpckit "$token" "$host" </dev/null 2>/dev/null ;;
    esac
    exit 0
  `.shell,
  "hpckit",
  siteProbe.shell,
  token,
  host,
];
