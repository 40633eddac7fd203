import { lines, raw, sh, type ShellExpression } from "@hpckit/core";
import { reporting } from "../doctor/examine-script.js";

/**
 * Asks the image's own loader, inside, what it misses for each library; and which folders are seen there.
 * It is asked as ldd(1) does it, which is not in every image: with `--list`, it ends at the first library that is not there.
 * @see ld.so(8), LD_TRACE_LOADED_OBJECTS
 */
export const tryLibraries = (libraries: readonly string[], folders: readonly string[]): ShellExpression =>
  lines(
    reporting,
    sh`
      for hpckit_each in /lib*/ld-linux*.so.* /lib*/ld64.so.* /lib/*/ld-linux*.so.*; do if [ -x "$hpckit_each" ]; then hpckit_loader=$hpckit_each; fi; done
      for hpckit_each in /lib/ld-musl-*.so.1; do if [ -e "$hpckit_each" ]; then hpckit_tell musl "$hpckit_each"; fi; done
      hpckit_list() { if [ -n "\${hpckit_loader-}" ]; then LD_TRACE_LOADED_OBJECTS=1 "$hpckit_loader" "$1"; else ldd "$1"; fi 2>&1 </dev/null; }
      if [ -z "\${hpckit_loader-}" ] && ! command -v ldd >/dev/null; then hpckit_tell lacking yes; fi
      hpckit_tell glibc "$({ getconf GNU_LIBC_VERSION || ldd --version || "\${hpckit_loader:-false}" --version; } 2>/dev/null </dev/null | head -n 1)"
      for hpckit_file in ${libraries}; do
        hpckit_said=$(hpckit_list "$hpckit_file") || hpckit_tell failed "$hpckit_file${raw("\t")}$hpckit_said"
        printf '%s\n' "$hpckit_said" | while IFS= read -r hpckit_line; do
          case $hpckit_line in *'not found'*) hpckit_tell missing "$hpckit_file${raw("\t")}$hpckit_line" ;; esac
        done
      done
    `,
    folders.length === 0 ? undefined : sh`for hpckit_folder in ${folders}; do if [ -d "$hpckit_folder" ]; then hpckit_tell sees "$hpckit_folder"; fi; done`,
    sh`exit 0`,
  );
