import { until, type Stage } from "../stage.js";

/** Waits until squeue shows a job in a state, and gives its id back. */
export async function inState({ cluster }: Stage, id: string, state: RegExp): Promise<string> {
  const ask = async (): Promise<string> => (await cluster.exec(["squeue", "--noheader", "--states=all", `--jobs=${id}`, "--Format=State:;,Reason:"])).stdout;
  const shown = await until(ask, (answer) => state.test(answer), 30);
  if (shown === undefined) throw new Error(`job ${id} was not ${state.source} in time, but ${await ask()}`);
  return id;
}

export const running = async (stage: Stage, id: string): Promise<string> => inState(stage, id, /^RUNNING/);
