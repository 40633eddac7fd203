import { parseOptions } from "@hpckit/core";
import { z } from "zod";
import type { AllocationSpec } from "./allocation.js";

const refused = (why: string): z.ZodOptional<z.ZodUndefined> => z.undefined({ error: why }).optional();

/** The rest is the job spec's to judge. */
const schema = z.looseObject({
  launch: refused("an allocation has no command: nodes.run(command) starts one, or slurm.run({ launch, … }) allocates and runs it"),
  array: refused("an allocation is one job"),
  output: refused("it prints nothing: nodes.run() gives what a step prints, step({ output }) writes a file"),
  error: refused("it prints nothing: nodes.run() gives what a step prints, step({ error }) writes a file"),
  requeue: refused("an allocation is never queued again: its holder would know nothing of it"),
  time: z.unknown().refine((time) => time !== undefined, { error: 'say how long the nodes are held at most, e.g. time: "1h"' }),
}, { error: "what the nodes are asked for, e.g. { time: \"1h\", nodes: 2 }" });

/** Refuses what an allocation sets itself, and one without an end. @throws OptionsError */
export function checkAllocationSpec(spec: AllocationSpec): void {
  parseOptions(schema, spec, "allocate");
}
