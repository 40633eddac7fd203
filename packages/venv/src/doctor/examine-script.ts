import { folderFunctions, lines, sh, type ShellExpression } from "@hpckit/core";

/**
 * Reports what is to be judged, in lines of a word and a text. Nothing is changed, and nothing of the environment is started but its
 * interpreter, once. Where a program to look with is missing, the report says so.
 */
export const examine = (place: string): ShellExpression =>
  lines(
    sh`
      LC_ALL=C
      export LC_ALL
      hpckit_say() { printf '%s %s\n' "$1" "$(printf %s "$2" | tr '\n' '?')"; }
      hpckit_env=$(readlink -f -- ${place}) || hpckit_env=
      if [ -z "$hpckit_env" ] || [ ! -r "$hpckit_env/pyvenv.cfg" ]; then hpckit_say absent ${place}; exit 0; fi
      hpckit_say folder "$hpckit_env"
    `,
    folderFunctions,
    machine,
    interpreter,
    programs,
    pathFiles,
    binaries,
    fileSystem,
  );

const machine = sh`
  hpckit_say kernel "$(uname -r)"
  hpckit_say machine "$(uname -m)"
  for hpckit_name in PYTHONHOME PYTHONPATH PYTHONNOUSERSITE LOADEDMODULES HOME; do
    eval 'hpckit_value=\${'"$hpckit_name"'-}'
    if [ -n "$hpckit_value" ]; then hpckit_say "$hpckit_name" "$(printf %s "$hpckit_value" | tr '\n' ' ')"; fi
  done
  for hpckit_tool in ldd od findmnt df find; do command -v "$hpckit_tool" >/dev/null 2>&1 || hpckit_say lacks "$hpckit_tool"; done
`;

/** @see the documentation of Python's venv, `pyvenv.cfg`; virtualenv and uv write `version_info` */
const interpreter = sh`
  hpckit_end_of() {
    hpckit_at=$1
    hpckit_hops=0
    while hpckit_to=$(readlink -- "$hpckit_at") && [ "$hpckit_hops" -lt 40 ]; do
      case $hpckit_to in /*) hpckit_at=$hpckit_to ;; *) hpckit_at=\${hpckit_at%/*}/$hpckit_to ;; esac
      hpckit_hops=$((hpckit_hops + 1))
    done
    printf '%s\n' "$hpckit_at"
  }
  sed -n -e 's/^home *= */home /p' -e 's/^version\(_info\)\{0,1\} *= */version /p' -e 's/^include-system-site-packages *= */system /p' -- "$hpckit_env/pyvenv.cfg"
  if [ ! -x "$hpckit_env/bin/python" ]; then
    if [ -e "$hpckit_env/bin/python" ]; then hpckit_say unstartable "$hpckit_env/bin/python"; else hpckit_say broken "$(hpckit_end_of "$hpckit_env/bin/python")"; fi
  elif hpckit_out=$("$hpckit_env/bin/python" -I -c 'import platform; print(platform.python_version())' 2>&1); then
    hpckit_say runs "$(printf '%s\n' "$hpckit_out" | tail -n 1)"
  else
    hpckit_say fails "$(printf '%s\n' "$hpckit_out" | grep . | tail -n 1)"
  fi
  for hpckit_site in "\${HOME:-/nonexistent}"/.local/lib/python*/site-packages; do
    if [ -n "$(ls -A -- "$hpckit_site" 2>/dev/null)" ]; then hpckit_say usersite "$hpckit_site"; fi
  done
  if [ -r "$hpckit_env/.hpckit/complete" ] && [ "$(cat -- "$hpckit_env/.hpckit/complete")" != "$(hpckit_files "$hpckit_env")" ]; then hpckit_say damaged "$hpckit_env"; fi
`;

/** pip writes a second line with the interpreter's path where the first would be too long or holds a blank. */
const programs = sh`
  for hpckit_file in "$hpckit_env"/bin/*; do
    if [ ! -f "$hpckit_file" ] || [ "$(head -c 2 -- "$hpckit_file" 2>/dev/null | tr -d '\0')" != '#!' ]; then continue; fi
    hpckit_first=$(head -n 1 -- "$hpckit_file")
    if [ \${#hpckit_first} -gt 127 ]; then hpckit_say shebang "\${#hpckit_first} $hpckit_file"; fi
    hpckit_python=$(sed -n -e '1s/^#! *\(\/.*\/python[0-9.]*\)\( .*\)\{0,1\}$/\1/p' -e "2s/^'''exec' \"\{0,1\}\(\/[^\"]*\/python[0-9.]*\)\"\{0,1\} .*/\1/p" -e 2q -- "$hpckit_file" | head -n 1)
    case $hpckit_python in
      */bin/python*) [ "$(readlink -f -- "\${hpckit_python%/bin/*}")" = "$hpckit_env" ] || hpckit_say starts "$hpckit_file: $hpckit_python" ;;
    esac
  done
`;

const pathFiles = sh`
  for hpckit_file in "$hpckit_env"/lib/python*/site-packages/*.pth; do
    if [ -r "$hpckit_file" ]; then
      grep '^/' -- "$hpckit_file" | while IFS= read -r hpckit_line; do
        case $(readlink -f -- "$hpckit_line")/ in "$hpckit_env"/*) ;; *) hpckit_say pth "\${hpckit_file##*/}: $hpckit_line" ;; esac
      done
    fi
  done
`;

/**
 * A library that lies somewhere in the environment itself is mostly loaded by the package it belongs to, before it is wanted. No package has a
 * name with a line break, of which no line could tell.
 */
const binaries = sh`
  hpckit_break=$(printf '\n.')
  hpckit_break=\${hpckit_break%.}
  if command -v od >/dev/null 2>&1 && command -v find >/dev/null 2>&1; then
    find "$hpckit_env" '(' -name '*.so' -o -name '*.so.*' ')' -type f ! -path "*$hpckit_break*" -exec sh -c '
      for file; do
        [ "$(head -c 4 -- "$file" | od -An -tx1 | tr -d " \n")" = 7f454c46 ] || continue
        printf "code %s %s\n" "$(od -An -tx1 -j18 -N2 -- "$file" | tr -d " \n")" "$file"
      done
    ' sh '{}' +
  fi
  if command -v ldd >/dev/null 2>&1 && command -v find >/dev/null 2>&1; then
    find "$hpckit_env" '(' -name '*.so' -o -name '*.so.*' ')' -type f ! -path "*$hpckit_break*" -exec ldd -- /bin/sh '{}' + 2>&1 | sed -n \
      -e 's/^\(.*\): .*: version .\([A-Za-z_0-9.]*\). not found (required by .*$/needs \2 \1/p' \
      -e 's/^\(\/.*\):$/\1/' -e '/^\//h' -e '/ => not found/{s/^[[:space:]]*\(.*\) => not found.*$/missing \1/;G;s/\n/ /;p;}' | sort -u |
      while read -r hpckit_word hpckit_name hpckit_file; do
        if [ "$hpckit_word" = needs ] || [ -z "$(find "$hpckit_env" -name "$hpckit_name" | head -n 1)" ]; then hpckit_say "$hpckit_word" "$hpckit_name $hpckit_file"; fi
      done
  fi
`;

const fileSystem = sh`
  hpckit_say filesystem "$(stat -f -c %T -- "$hpckit_env" 2>/dev/null || echo unknown)"
  if command -v findmnt >/dev/null 2>&1; then hpckit_say mounted "$(findmnt -n -o OPTIONS -T "$hpckit_env")"; fi
  if command -v df >/dev/null 2>&1; then df -Pi -- "$hpckit_env" 2>/dev/null | awk 'NR == 2 && $5 ~ /^[0-9]+%$/ { print "inodes " $5 " " $4 }'; fi
`;
