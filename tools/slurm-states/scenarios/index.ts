import type { Scenario } from "../scenario.js";
import { burstBuffer } from "./burst-buffer.js";
import { ending } from "./ending.js";
import { limits } from "./limits.js";
import { beingStarted, whileRunning } from "./running.js";
import { waiting } from "./waiting.js";

export const scenarios: readonly Scenario[] = [...beingStarted, ...whileRunning, ...ending, ...waiting, ...burstBuffer, ...limits];
