/** What mends a failure of the engine, by its own words. @see Apptainer 1.4.5: each was caused, but for those of setuid and AppArmor */
const advices: readonly (readonly [RegExp, string])[] = [
  [/exec \/\.singularity\.d\/actions\/(?:start|run) failed/, "an instance needs an image that Apptainer built: buildImage from { folder } first"],
  [/Error changing the container working directory/, 'the folder to start in is not seen inside, nor is the current one with home: "none": give the container cwd: "/", or mount the folder'],
  [/mount source .* doesn't exist/, "a path that is mounted is not on this machine: make it, or mount another"],
  [/could not open image .*no such file or directory/, "the image is not on this machine: bring it to a file system that every node sees"],
  [/image format not recognized/, "the file is no image: build it again, and look whether it came whole"],
  [/could not read environment file/, "the env file is not there, or this account may not read it"],
  [/failed to set working directory/, "the folder given as cwd is not in the container: mount it, or start elsewhere"],
  [/cannot use cgroups/, "limits need cgroups, which this machine gives no ordinary account: leave limits out; in a job the scheduler limits"],
  [/executable file not found in \$PATH|^stat .*no such file or directory/, "the program is not in the image: name another, or put its folder on the PATH"],
  [/instance .* already exists/, "an instance of that name runs: stop it first, or choose another name"],
  [/no instance found/, "no instance of that name runs for this account on this machine: instances belong to one host"],
  [/user namespace|Operation not permitted.*unshare|CLONE_NEWUSER/i, "this machine lets no ordinary account make user namespaces: sysctl user.max_user_namespaces, the AppArmor profile of apptainer, or apptainer-suid"],
  [/unknown userid|Couldn't determine user account/, "this machine has no account for this user id: ask its administrator"],
  [/no space left on device/i, "the disk for temporary files is full: set APPTAINER_TMPDIR to one with room"],
  [/\/dev\/fuse|squashfuse|fuse: /, "the image cannot be mounted by FUSE: open /dev/fuse, or use unsquash: true or a sandbox folder"],
];

/** What to do about the engine's reason, if it is known. */
export const adviceFor = (reason: string): string | undefined => advices.find(([words]) => words.test(reason))?.[1];
