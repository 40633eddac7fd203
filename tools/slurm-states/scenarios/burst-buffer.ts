import type { Scenario } from "../scenario.js";
import type { Stage } from "../stage.js";
import { hooked } from "./surroundings.js";

/** A script of a job that asks for some of the burst buffer. */
const withBuffer = (capacity: number, command = "sleep 600"): string => `#BB_LUA pool=fast capacity=${capacity}\n${command}`;

export const burstBuffer: readonly Scenario[] = [
  hooked("data-in", "sleep 8", { name: "files are brought in", shows: /^PENDING BurstBufferStageIn/, bring: async ({ submit }) => submit([], withBuffer(1)) }),
  hooked("data-out", "sleep 8", { name: "files are brought out", shows: /^STAGE_OUT/, bring: async ({ submit }) => submit([], withBuffer(1, "true")) }),
  hooked("setup", "exit 1", { name: "buffer fails", shows: /burst_buffer|BurstBufferOperation/, bring: async ({ submit }) => submit([], withBuffer(1)) }),
  {
    name: "buffer is full",
    shows: /^PENDING BurstBufferResources/,
    async bring({ submit }: Stage): Promise<string> {
      await submit([], withBuffer(90));
      return submit([], withBuffer(90));
    },
  },
];
