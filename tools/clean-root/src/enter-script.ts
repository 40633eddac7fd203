/** Takes ROOT for its own root directory, and runs the shell command that is its parameter in the clone there. */
export const ENTER_SCRIPT = `
mount --bind "$ROOT" "$ROOT"
cd "$ROOT"
mount -t proc -o nosuid,nodev,noexec proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs -o mode=0755,nosuid,nodev run run
mkdir run/lock
echo clean > /proc/sys/kernel/hostname
mkdir -p .outside
pivot_root . .outside
exec chroot . /bin/sh -euc '
  umount -l /.outside
  rmdir /.outside
  unset ROOT
  cd "$HOME/hpckit"
  # This shell, the first process here, waits: it reaps the orphans too.
  status=0
  sh -c "$1" || status=$?
  exit $status
' sh "$1"
`;
