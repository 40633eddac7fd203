import type { Scenario } from "../scenario.js";
import type { Stage } from "../stage.js";

/** A script of a job that asks for some of the burst buffer. */
const withBuffer = (capacity: number, command = "sleep 600"): string => `#BB_LUA pool=fast capacity=${capacity}\n${command}`;

export const burstBuffer: readonly Scenario[] = [
  {
    name: "files are brought in",
    shows: /^PENDING BurstBufferStageIn/,
    async bring({ hook, submit }: Stage): Promise<string> {
      await hook("data-in", "sleep 8");
      return submit([], withBuffer(1));
    },
    undo: async ({ hook }) => hook("data-in"),
  },
  {
    name: "files are brought out",
    shows: /^STAGE_OUT/,
    async bring({ hook, submit }: Stage): Promise<string> {
      await hook("data-out", "sleep 8");
      return submit([], withBuffer(1, "true"));
    },
    undo: async ({ hook }) => hook("data-out"),
  },
  {
    name: "buffer fails",
    shows: /burst_buffer|BurstBufferOperation/,
    async bring({ hook, submit }: Stage): Promise<string> {
      await hook("setup", "exit 1");
      return submit([], withBuffer(1));
    },
    undo: async ({ hook }) => hook("setup"),
  },
  {
    name: "buffer is full",
    shows: /^PENDING BurstBufferResources/,
    async bring({ submit }: Stage): Promise<string> {
      await submit([], withBuffer(90));
      return submit([], withBuffer(90));
    },
  },
];
