import type { Scenario } from "../scenario.js";
import type { Hook } from "../site.js";
import type { Stage } from "../stage.js";

type TakeBack = () => Promise<void>;

/** A scenario on a site that is changed before it, and taken back after it. */
function within(change: (stage: Stage) => Promise<TakeBack>, { bring, undo, ...rest }: Scenario): Scenario {
  let takeBack: TakeBack | undefined;
  return {
    ...rest,
    async bring(stage: Stage): Promise<string> {
      takeBack = undefined;
      takeBack = await change(stage);
      return bring(stage);
    },
    async undo(stage: Stage): Promise<void> {
      await undo?.(stage);
      await takeBack?.();
    },
  };
}

/** With other lines in slurm.conf. */
export const configured = (lines: readonly string[], scenario: Scenario): Scenario => within(({ configure }) => configure(lines), scenario);

/** With something to do for a script of the site. */
export const hooked = (name: Hook, shell: string, scenario: Scenario): Scenario =>
  within(async ({ hook }) => {
    await hook(name, shell);
    return async () => hook(name);
  }, scenario);

/** Tells the controller that c4 was powered down, though it was not: it waits for a start that does not come. */
export const powerDown = "scontrol update nodename=c4 state=power_down_force; until scontrol show node c4 | grep -q POWERED_DOWN; do sleep 0.2; done";
