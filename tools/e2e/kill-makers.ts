import { AbortedError, linesOf, sh, type Transport } from "@hpckit/core";

/** What is killed of a maker: all of its session, as when a login node ends it; its shell alone; the engine alone, as when memory runs out. */
export const victims = ["session", "shell", "engine"] as const;
export type Victim = (typeof victims)[number];

export interface KillMakersOptions {
  readonly victim: Victim;
  /** Seconds that each maker in turn lives once it is seen: as many are killed at most. */
  readonly lives: readonly number[];
  /** Until all is done. */
  readonly signal: AbortSignal;
}

/**
 * Kills with −9 whoever makes something under a root, one maker after the other, by a script over there: it must be quick.
 * @returns how many it has killed.
 */
export async function killMakers(on: Transport, root: string, { victim, lives, signal }: KillMakersOptions): Promise<number> {
  let killed = 0;
  try {
    for await (const line of linesOf(on.stream(["sh", "-c", kill.shell, "sh", root, victim, ...lives.map((life) => life.toFixed(2))], { signal }))) if (line === "killed") killed++;
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
  }
  return killed;
}

const kill = sh`
  root=$1 victim=$2
  shift 2
  descendants() { for child in $(ps -o pid= --ppid "$1"); do echo "$child"; descendants "$child"; done; }
  look() {
    owner=$(cat "$root"/.*.claim/owner 2>/dev/null | head -n 1)
    maker=\${owner##* }
    [ -n "$maker" ] && [ -d "/proc/$maker" ] || return 1
    case $victim in
      shell) targets=$maker ;;
      session) targets=$(ps -o pid= --sid "$(ps -o sid= -p "$maker" | tr -d ' ')") ;;
      engine) targets=$(for each in $(descendants "$maker"); do case $(cat "/proc/$each/comm" 2>/dev/null) in apptainer | starter | mksquashfs) echo "$each" ;; esac; done) ;;
    esac
    [ -n "$targets" ]
  }
  for life; do
    until look; do sleep 0.03; done
    sleep "$life"
    until look; do sleep 0.03; done
    hit=
    for each in $targets; do kill -9 "$each" 2>/dev/null && hit=yes; done
    if [ -n "$hit" ]; then echo killed; fi
  done
`;
