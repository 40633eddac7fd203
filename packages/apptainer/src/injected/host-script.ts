import { lines, raw, sh, type ShellExpression, type Word } from "@hpckit/core";
import { reporting } from "../doctor/examine-script.js";
import { printSifHeader } from "../image/sif-header.js";

const tab = raw("\t");

/**
 * Tells of each library its path, the first bytes of its file, and the newest glibc that it names; what the host's loader finds for it;
 * and what it opens while it runs. Fields are divided by tabs.
 */
export const examineLibraries = (paths: readonly string[], image: Word): ShellExpression =>
  lines(
    reporting,
    sh`
      hpckit_tell machine "$(uname -m)"
      hpckit_tell header "$(${printSifHeader(sh`${image}`)})"
      for hpckit_program in od grep readlink; do command -v "$hpckit_program" >/dev/null || hpckit_tell lacking "$hpckit_program"; done
      printf GLIBC_2.1 | grep -ao 'GLIBC_2\.[0-9]*' >/dev/null 2>&1 || hpckit_tell lacking "grep with -a and -o"
    `,
    files,
    library,
    beside,
    sh`
      for hpckit_path in ${paths}; do
        if [ ! -e "$hpckit_path" ]; then hpckit_tell absent "$hpckit_path"
        elif [ ! -r "$hpckit_path" ] || { [ -d "$hpckit_path" ] && [ ! -x "$hpckit_path" ]; }; then hpckit_tell closed "$hpckit_path"
        else
          hpckit_found=$(hpckit_files "$hpckit_path")
          if [ -z "$hpckit_found" ]; then hpckit_tell without "$hpckit_path"; continue; fi
          printf '%s\n' "$hpckit_found" | while IFS= read -r hpckit_file; do hpckit_library "$hpckit_file"; done
          printf '%s\n' "$hpckit_found" | while IFS= read -r hpckit_file; do ldd "$hpckit_file" 2>/dev/null </dev/null; done |
            sed -n 's/^[[:space:]]*\([^[:space:]]*\) => \(\/.*\) (0x.*$/hpckit link \1${tab}\2/p' | sort -u
        fi
      done
      exit 0
    `,
  );

/** The libraries and plugins of a folder, each file once: most of the names there are links to others. */
const files = sh`
  hpckit_files() {
    if [ -f "$1" ]; then printf '%s\n' "$1"; return; fi
    hpckit_folder=$(cd -- "$1" && pwd -P)
    for hpckit_each in "$1"/lib*.so "$1"/lib*.so.* "$1"/ld*.so* "$1"/*/*.so; do
      if [ ! -f "$hpckit_each" ]; then continue; fi
      if [ -L "$hpckit_each" ]; then case $(readlink -f -- "$hpckit_each") in "$hpckit_folder"/*) continue ;; esac; fi
      printf '%s\n' "$hpckit_each"
    done
  }
`;

/** What it opens only while it runs depends on its name: a folder beside it, or settings elsewhere. */
const library = sh`
  hpckit_library() {
    if [ ! -r "$1" ]; then hpckit_tell closed "$1"; return; fi
    hpckit_bytes=$(od -An -v -tu1 -N 20 -- "$1" 2>/dev/null | tr -s ' \n' '  ')
    hpckit_newest=$(grep -ao 'GLIBC_2\.[0-9][0-9]*' -- "$1" 2>/dev/null | sort -t. -k2 -n | tail -n 1)
    hpckit_tell library "$1${tab}$hpckit_bytes${tab}$hpckit_newest"
    case \${1##*/} in
      libibverbs.so*) hpckit_beside "$1" libibverbs; hpckit_companion "$1" "its settings" /etc/libibverbs.d ;;
      libucs.so*) hpckit_beside "$1" ucx ;;
      libfabric.so*) hpckit_beside "$1" libfabric ;;
      libmpi.so*) hpckit_beside "$1" openmpi ;;
      libpmix.so*) hpckit_beside "$1" pmix ;;
    esac
  }
`;

/** A library looks where it was installed: that is its own folder, or the one that a link to it leads to. */
const beside = sh`
  hpckit_companion() { if [ -d "$3" ]; then hpckit_tell companion "\${1##*/}${tab}$2${tab}$3"; fi; }
  hpckit_beside() {
    hpckit_real=$(readlink -f -- "$1")
    hpckit_companion "$1" "$2" "\${1%/*}/$2"
    if [ "\${hpckit_real%/*}" != "\${1%/*}" ]; then hpckit_companion "$1" "$2" "\${hpckit_real%/*}/$2"; fi
  }
`;
