/**
 * What runs over there for every call: constant text, so that no login shell can misread it, and nothing of a call
 * stands in the arguments of a process.
 *
 * It is handed to the login shell inside single quotes and must therefore stay one line without `'`, `!`, and without a
 * backslash before anything but `"` and `$` (tcsh and fish read those even there).
 *
 * Input: a line `token size`, then `size` bytes of script, then what the script itself reads from descriptor 3, then
 * nothing until the line `done`. An end without `done` means that the caller gave up or the connection is gone: the
 * process group is ended, first by TERM, five seconds later by KILL.
 *
 * Its variables have names of our own: what a login exports under the same name would reach the command changed.
 *
 * Why these programs:
 * - a session of its own (setsid) lets the guard outlive `kill 0`, and gives the group one number;
 * - awk is the parent of the command, because a shell's `$?` cannot tell `exit 137` from death by signal 9, and awk can;
 * - the end is said on both outputs, because they arrive independently of each other;
 * - the watcher is fed through descriptor 7, which tells it the group once the script has read all its input.
 */
export const guardCommand = [
  "read -r hpckit_token hpckit_size",
  "exec 3<&0 4>&2 5>&1 </dev/null 2>/dev/null",
  [
    "{ ",
    [
      `hpckit_end=$(head -c "$hpckit_size" <&3 | awk "BEGIN { print system(\\"exec setsid /bin/sh -s\\") }")`,
      `echo "$hpckit_token end $hpckit_end" >&5`,
      `echo "$hpckit_token end $hpckit_end" >&4`,
    ].join("; "),
    "; } 7>&1 >/dev/null | { ",
    [
      `exec 4>&- 5>&-`,
      `read -r hpckit_group`,
      `read -r hpckit_word <&3`,
      `[ "$hpckit_word" = done ] || { ${endGroup()}; }`,
    ].join("; "),
    "; }",
  ].join(""),
].join(" && ");

function endGroup(): string {
  const signal = (name: string): string => `kill -s ${name} -- "-$hpckit_group"`;
  const untilGone = (tenths: number): string => `hpckit_count=0; while [ "$hpckit_count" -lt ${tenths} ] && ${signal("0")}; do sleep 0.1 || sleep 1; hpckit_count=$((hpckit_count + 1)); done`;
  return [signal("TERM"), untilGone(50), `${signal("KILL")} && { ${untilGone(20)}; }`].join("; ");
}

/**
 * The same as one line for a login shell of any kind.
 * @param accounts - whom to become before, one from the other, by sudo. No shell may read their names as anything else.
 */
export const guardLine = (accounts: readonly string[] = []): string => `exec ${accounts.map(becoming).join("")}/bin/sh -c '${guardCommand}'`;

/** Starts in the account's home, and adds none of our own text to the environment: sudo's SUDO_COMMAND would be the guard. */
const becoming = (account: string): string => `sudo -n -H -u ${account} -- /bin/sh -c 'cd 2>/dev/null || cd /; unset OLDPWD SUDO_COMMAND; exec "$@"' sh `;
