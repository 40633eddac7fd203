import { lines, raw, sh, type ShellExpression } from "@hpckit/core";
import { findConfiguration } from "../engine/configuration-script.js";
import { printSifHeader } from "../image/sif-header.js";
import { engineNames, harmlessVariables, scrubVariables } from "../variable/host-variables.js";
import type { DoctorSettings } from "./doctor-options.js";

/**
 * Reports, a line each, what decides whether and how well containers start. It changes nothing, and nothing in it can fail: what a
 * machine cannot tell is left out.
 */
export const examine = (settings: DoctorSettings): ShellExpression =>
  lines(reporting, engine(settings.program), kernel, fuse, identity, folders, variables, configuration, ...asked(settings), sh`exit 0`);

/** Functions with which a script reports, a line each. */
export const reporting = sh`
  hpckit_tell() { printf 'hpckit %s %s\n' "$1" "$(printf '%s' "$2" | tr '\n\r' '  ')"; }
  hpckit_whether() { hpckit_key=$1; shift; if "$@" >/dev/null 2>&1 </dev/null; then hpckit_tell "$hpckit_key" yes; else hpckit_tell "$hpckit_key" no; fi; }
  hpckit_value() { hpckit_tell "$1" "$(cat -- "$2" 2>/dev/null)"; }
`;

/** Other engines of the PATH are told by the files that their names lead to: `singularity` is often a link. */
const engine = (program: string): ShellExpression => sh`
  hpckit_program=$(command -v ${program} 2>/dev/null)
  if [ -n "$hpckit_program" ]; then hpckit_tell version "$("$hpckit_program" --version 2>&1 </dev/null | tail -n 1)"; hpckit_tell program "$hpckit_program"; fi
  hpckit_config=$("$hpckit_program" buildcfg 2>/dev/null </dev/null)
  hpckit_build() { printf '%s\n' "$hpckit_config" | sed -n "s/^$1=//p"; }
  (
    IFS=:
    for hpckit_folder in $PATH; do
      for hpckit_name in apptainer singularity; do
        if [ -x "$hpckit_folder/$hpckit_name" ]; then hpckit_tell engine "$(readlink -f -- "$hpckit_folder/$hpckit_name")"; fi
      done
    done
  )
  hpckit_starter="$(hpckit_build LIBEXECDIR)/apptainer/bin/starter-suid"
  hpckit_tell setuid "$(hpckit_build APPTAINER_SUID_INSTALL)"
  if [ -e "$hpckit_starter" ]; then
    hpckit_tell starter "$hpckit_starter"
    hpckit_whether starter-setuid sh -c '[ -u "$1" ] && [ "$(stat -c %u -- "$1")" = 0 ]' sh "$hpckit_starter"
    hpckit_tell starter-mount "$(findmnt -nro OPTIONS -T "$hpckit_starter" 2>/dev/null)"
  fi
`;

const kernel = sh`
  hpckit_tell machine "$(uname -m)"
  hpckit_tell kernel "$(uname -r)"
  hpckit_whether namespaces unshare --user --map-root-user true
  hpckit_value max-namespaces /proc/sys/user/max_user_namespaces
  hpckit_value cloning /proc/sys/kernel/unprivileged_userns_clone
  hpckit_value apparmor /proc/sys/kernel/apparmor_restrict_unprivileged_userns
  hpckit_tell profile "$(grep -l -e apptainer -e starter /etc/apparmor.d/* 2>/dev/null | head -n 1)"
`;

const fuse = sh`
  hpckit_whether fuse sh -c 'exec 3<>/dev/fuse'
  hpckit_whether fuse-exists test -e /dev/fuse
  hpckit_whether squashfuse sh -c '
    command -v squashfuse_ll || command -v squashfuse || [ -n "$(find "$1" /usr/libexec/apptainer /usr/local/libexec/apptainer /opt/apptainer/libexec -name "squashfuse*" 2>/dev/null)" ]
  ' sh "$(hpckit_build LIBEXECDIR)/apptainer"
  hpckit_whether fuse-overlay sh -c '
    command -v fuse-overlayfs || [ -n "$(find "$1" /usr/libexec/apptainer -name "fuse-overlayfs*" 2>/dev/null)" ]
  ' sh "$(hpckit_build LIBEXECDIR)/apptainer"
`;

const identity = sh`
  hpckit_tell user "$(id -un)"
  for hpckit_kind in uid gid; do
    hpckit_tell "sub$hpckit_kind" "$(grep -e "^$(id -un):" -e "^$(id -u):" "/etc/sub$hpckit_kind" 2>/dev/null | head -n 1)"
    hpckit_whether "new$hpckit_kind" command -v "new\${hpckit_kind}map"
  done
`;

/** Of each folder: path, whether it can be written, kibibytes that are free, type and options of its file system. */
const folders = sh`
  hpckit_place() {
    hpckit_tell "$1" "$2"
    hpckit_near=$2
    while [ ! -e "\${hpckit_near:-/}" ]; do
      case $hpckit_near in */*) hpckit_near=\${hpckit_near%/*} ;; *) hpckit_near=. ;; esac
    done
    hpckit_near=\${hpckit_near:-/}
    hpckit_whether "$1-writable" test -d "$hpckit_near" -a -w "$hpckit_near" -a -x "$hpckit_near"
    hpckit_tell "$1-free" "$(df -Pk -- "$hpckit_near" 2>/dev/null | sed -n '2s/^.* \([0-9][0-9]*\)  *[0-9][0-9]*% .*$/\1/p')"
    hpckit_tell "$1-type" "$(findmnt -nro FSTYPE -T "$hpckit_near" 2>/dev/null || stat -f -c %T -- "$hpckit_near" 2>/dev/null)"
    hpckit_tell "$1-options" "$(findmnt -nro OPTIONS -T "$hpckit_near" 2>/dev/null)"
  }
  hpckit_place temporary "\${APPTAINER_TMPDIR:-\${SINGULARITY_TMPDIR:-\${TMPDIR:-/tmp}}}"
  hpckit_place cache "\${APPTAINER_CACHEDIR:-\${SINGULARITY_CACHEDIR:-\${HOME:-/}/.apptainer/cache}}"
  hpckit_whether temporary-exists test -d "\${APPTAINER_TMPDIR:-\${SINGULARITY_TMPDIR:-\${TMPDIR:-/tmp}}}"
  hpckit_tell quota "$(quota -q 2>/dev/null)"
`;

/** Names alone: a value may be a secret. */
const variables = sh`
  for hpckit_name in ${engineNames}; do
    case $hpckit_name in
      ${raw(harmlessVariables.join(" | "))}) ;;
      *) hpckit_tell variable "$hpckit_name" ;;
    esac
  done
`;

const configuration = lines(
  findConfiguration(raw('"$hpckit_program"')),
  sh`
    if [ -n "$hpckit_file" ]; then
      hpckit_tell settings "$hpckit_file"
      hpckit_tell allow-setuid "$(hpckit_setting 'allow setuid' | tail -n 1)"
      hpckit_tell session-mib "$(hpckit_setting 'sessiondir max size' | tail -n 1)"
      hpckit_tell user-binds "$(hpckit_setting 'user bind control' | tail -n 1)"
      hpckit_setting 'bind path' | while IFS= read -r hpckit_bind; do
        if [ ! -e "\${hpckit_bind%%:*}" ]; then hpckit_tell absent-bind "\${hpckit_bind%%:*}"; fi
      done
    fi
  `,
);

const asked = ({ image, gpu, mounts, library }: DoctorSettings): readonly ShellExpression[] => [
  ...mounts.map((path) => sh`if [ ! -e ${path} ]; then hpckit_tell absent-mount ${path}; fi`),
  ...(gpu === undefined ? [] : [gpuScripts[gpu]]),
  ...(image === undefined ? [] : [imageScript(image, gpu)]),
  ...(library ? [sh`hpckit_tell remote "$("$hpckit_program" remote list 2>/dev/null </dev/null | sed -n 's/.*cloud\.apptainer\.org  *✓.*/default/p')"`] : []),
];

const devices = { nvidia: "/dev/nvidiactl /dev/nvidia[0-9]*", amd: "/dev/kfd /dev/dri/renderD*" } as const;

/** The C library that the driver's own library wants is the newest version that stands in it. */
const gpuScript = (paths: string, library: string): ShellExpression => sh`
  for hpckit_device in ${raw(paths)}; do if [ -e "$hpckit_device" ]; then hpckit_tell gpu-device "$hpckit_device"; fi; done
  hpckit_driver=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null | sed -n ${`s/^.*${library}[^ ]* .*=> //p`} | head -n 1)
  hpckit_tell gpu-driver "$hpckit_driver"
  if [ -n "$hpckit_driver" ]; then hpckit_tell gpu-needs "$(grep -ao 'GLIBC_2\.[0-9][0-9]*' "$hpckit_driver" 2>/dev/null | sort -t. -k2 -n | tail -n 1)"; fi
`;

const gpuScripts = { nvidia: gpuScript(devices.nvidia, String.raw`libcuda\.so`), amd: gpuScript(devices.amd, String.raw`libhsa-runtime64\.so`) } as const;

/** Started as launches start it: without the variables of a profile. */
const imageScript = (image: string, gpu: DoctorSettings["gpu"]): ShellExpression => lines(
  sh`
    hpckit_image=${image}
    if [ ! -e "$hpckit_image" ]; then hpckit_tell image missing
    elif [ ! -r "$hpckit_image" ]; then hpckit_tell image unreadable
    elif [ ! -d "$hpckit_image" ]; then
      hpckit_tell image "file"
      hpckit_tell header "$(${printSifHeader(raw('"$hpckit_image"'))})"
    else hpckit_tell image folder
    fi
    hpckit_exec() { ( ${raw(scrubVariables([]).shell)}
      exec "$hpckit_program" exec --no-mount home,cwd "$hpckit_image" "$@" ) </dev/null; }
    if [ -r "$hpckit_image" ] && [ -n "$hpckit_program" ]; then
      hpckit_said=$(hpckit_exec true 2>&1) && hpckit_tell start yes || hpckit_tell start "no: $(printf '%s' "$hpckit_said" | tail -n 5)"
    fi
  `,
  gpu === undefined ? undefined : sh`hpckit_tell image-libc "$(hpckit_exec getconf GNU_LIBC_VERSION 2>/dev/null)"`,
);
