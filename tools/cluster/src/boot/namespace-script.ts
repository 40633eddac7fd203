/**
 * Runs outside the cluster for as long as it lives, then sweeps: the cgroup, and the folder with state and keys.
 * Parameters come in the environment: FOLDER, NAME, LOWER, IMAGE_ROOT, IMAGE_MOUNT, CGROUP, FIRST_PROCESS.
 */
export const KEEPER_SCRIPT = `
trap : HUP INT TERM PIPE
if [ -n "$CGROUP" ]; then mkdir -p "$CGROUP" && echo $$ > "$CGROUP/cgroup.procs"; fi
unshare --mount --propagation private --pid --fork --kill-child --uts --ipc --cgroup sh -c "$FIRST_PROCESS"
if [ -n "$CGROUP" ]; then
  echo $$ > "\${CGROUP%/*}/../cgroup.procs"
  for attempt in 1 2 3 4 5; do
    find "$CGROUP" -depth -type d -exec rmdir {} + 2>/dev/null && break
    sleep 0.2
  done
  rmdir "\${CGROUP%/*}" 2>/dev/null
fi
rm -rf -- "$FOLDER"
`;

/**
 * The first process of the cluster's namespaces: whatever it leaves, or whoever kills it, the kernel then ends all
 * others and drops every mount. File descriptor 3 is the leash to the process that runs \`up\`: until that says "keep",
 * its end (Ctrl-C, SIGKILL) is the cluster's end. "hold" leaves it on the leash for good.
 */
export const FIRST_PROCESS_SCRIPT = `
set -eu
# The outer /proc is still mounted, so this is the number that the outside knows.
read -r pid rest < /proc/self/stat
echo "pid $pid" >&3

mkdir -p "$FOLDER/mount"
mount -t tmpfs -o mode=0755 hpckit "$FOLDER/mount"
cd "$FOLDER/mount"
mkdir lower upper work root
# Relative names: overlayfs takes commas and colons of a path for its own.
mount --bind "$LOWER" lower
mount -o remount,bind,ro lower
mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work hpckit root
cd root

mount -t proc -o nosuid,nodev,noexec proc proc
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys
if [ -n "$CGROUP" ]; then
  mount -t tmpfs -o mode=0755 cgroup sys/fs/cgroup
  mkdir sys/fs/cgroup/memory
  # The cgroup namespace makes the cluster's own group the top: two clusters' slurmd never share one.
  mount -t cgroup -o memory cgroup sys/fs/cgroup/memory
fi

mount -t tmpfs -o mode=0755,nosuid dev dev
mkdir dev/pts dev/shm dev/mqueue
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts dev/pts
mount -t tmpfs -o mode=1777,nosuid,nodev shm dev/shm
while read -r device major minor; do mknod -m 0666 "dev/$device" c "$major" "$minor"; done <<'END'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
fuse 10 229
nvidia0 1 3
nvidia1 1 3
nvidia2 1 3
nvidia3 1 3
END
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr

mount -t tmpfs -o mode=0755,nosuid,nodev run run
echo "$NAME" > /proc/sys/kernel/hostname

if [ -n "$IMAGE_ROOT" ]; then
  mkdir -p ".$IMAGE_MOUNT"
  mount --bind "$IMAGE_ROOT" ".$IMAGE_MOUNT"
  mount -o remount,bind,ro ".$IMAGE_MOUNT"
fi

# Apptainer refuses a mere chroot.
mkdir -p .outside
pivot_root . .outside
exec chroot . /bin/sh -euc '
  umount -l /.outside
  rmdir /.outside
  echo mounted >&3
  read -r word <&3 || exit 1
  echo "$word" >&3
  case $word in
    keep) exec 3<&- ;;
    # The kernel shows the first process no signal of its namespace but those that it handles.
    hold) trap "exit 1" TERM; { read -r word <&3 || :; kill -TERM 1; } & ;;
    *) exit 1 ;;
  esac
  exec </dev/null >/dev/null 2>&1
  # dash reaps every orphan of the namespace while it waits.
  while :; do sleep 86400 & wait $! || :; done
'
`;
