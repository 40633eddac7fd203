/**
 * What an MPI library says to Slurm's PMI-2 server over the descriptor that it inherits: defines `fence`, which returns when all ranks
 * have called it, as MPI_Init does. Bash, because dash writes to descriptors below 10 only.
 */
export const pmi2 = `
  echo "cmd=init pmi_version=2 pmi_subversion=0" >&"$PMI_FD"; read -r greeting <&"$PMI_FD"
  say() { printf '%6d%s' "\${#1}" "$1" >&"$PMI_FD"; read -r -N 6 length <&"$PMI_FD"; read -r -N "$((length))" answer <&"$PMI_FD"; case $answer in *"rc=0;"*) ;; *) exit 3 ;; esac; }
  fence() { say "cmd=kvs-fence;"; }
  say "cmd=fullinit;pmijobid=$PMI_JOBID;pmirank=$PMI_RANK;threaded=FALSE;"
`;
