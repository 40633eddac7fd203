import { buildImage } from "@hpckit/apptainer";
import type { Benchmark } from "../benchmark.js";
import { openGround } from "../slurm-client/ground.js";
import { measureStart } from "./start.js";

/** Containers of a rendered launch on a real cluster, against the bare engine. */
export const benchmark: Benchmark = async (onRow) => {
  await using ground = await openGround("newest", "apptainer");
  const to = "/shared/scratch/bench-start/image.sif";
  await buildImage(ground.login, { from: { folder: "/shared/images/debian-root" }, to });
  await measureStart(ground.login, to, onRow);
};
