import { formatSlurmTime } from "@hpckit/core";
import type { Switches } from "./fields/placement-fields.js";

/** Writes `2` or `2@0-01:00:00`. */
export const formatSwitches = ({ count, maxWait }: Switches): string => (maxWait === undefined ? String(count) : `${count}@${formatSlurmTime(maxWait)}`);
