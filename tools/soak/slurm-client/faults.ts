import { lines, sh, type Transport } from "@hpckit/core";

/** What an sbatch does that goes wrong, once for a job: shell in which `queue` queues the job. */
const faults = {
  none: sh`queue`,
  "login node dies before sbatch": sh`kill -9 $PPID`,
  "login node dies before the record": sh`queue >/dev/null; kill -9 $PPID`,
  "login node ends the script": sh`queue >/dev/null; kill -TERM $PPID`,
  "time-out after acceptance": sh`queue >/dev/null; timed_out`,
  "time-out, not accepted": sh`timed_out`,
  "slow before sbatch": sh`sleep 1; queue`,
  "slow before the reply": sh`queue; sleep 1`,
  // The worst: queued only after somebody has waited long enough to submit again.
  "time-out, accepted much later": sh`(setsid sh -c 'sleep "$1"; shift; exec "$@" <"$0"' "$script" "$LATE" "$REAL" "$@" >/dev/null 2>&1 &); timed_out; `,
} as const;

export type Fault = keyof typeof faults;
export const allFaults = Object.keys(faults) as readonly Fault[];

export interface FaultyPrograms {
  /** Folder with the sbatch that fails. */
  readonly binFolder: string;
  /** Each key fails so, the first time that sbatch is started for it. */
  plan(faultOf: ReadonlyMap<string, Fault>): Promise<void>;
}

/** Puts an sbatch before the real one that fails as it was planned for the name of a job, once. */
export async function placeFaults(transport: Transport, folder: string, lateSeconds: number): Promise<FaultyPrograms> {
  const binFolder = `${folder}/bin`;
  const real = (await transport.exec(["sh", "-c", "command -v sbatch"], { check: true })).stdout.trim();
  for (const name of ["bin", "plans", "used"]) await transport.mkdir(`${folder}/${name}`, { recursive: true });
  const cases = allFaults.map((fault, index) => lines(sh`${index})`, faults[fault], sh`;;`));
  const script = lines(
    sh`
      #!/bin/sh
      REAL=${real} LATE=${lateSeconds} folder=${folder}
      case $1 in --version) exec "$REAL" "$@" ;; esac
      for word in "$@"; do case $word in --job-name=*) key=\${word#*=} ;; esac; done
      script=$folder/used/$$.script
      cat >"$script"
      queue() { "$REAL" "$@" <"$script"; }
      timed_out() { echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2; exit 1; }
      fault=0
      mv "$folder/plans/$key" "$folder/used/$key" 2>/dev/null && read -r fault <"$folder/used/$key"
      case $fault in
    `,
    ...cases,
    sh`esac`,
  );
  // `queue` in a fault stands for the whole command.
  await transport.writeFile(`${binFolder}/sbatch`, `${script.shell.replaceAll(/\bqueue(?=[;\n ]|$)(?!\(\))/g, 'queue "$@"')}\n`);
  await transport.exec(["chmod", "755", `${binFolder}/sbatch`], { check: true });
  return {
    binFolder,
    plan: async (faultOf) => {
      const words = [...faultOf].flatMap(([key, fault]) => [key, String(allFaults.indexOf(fault))]);
      await transport.exec(["sh", "-c", 'cd "$1" && shift && while [ $# -gt 0 ]; do echo "$2" >"$1"; shift 2; done', "sh", `${folder}/plans`, ...words], { check: true });
    },
  };
}
