import { variableName, type Dialect } from "@hpckit/core";
import { z } from "zod";
import { programSchema } from "../engine/program.js";
import { mountSchema, type Mount, type MountInput } from "../mount/mount.js";
import { crossesByPrefix } from "../variable/crossing.js";

export interface ContainerOptions {
  /** Start with none of the host's variables. Those that inner layers set still arrive. */
  readonly cleanEnv?: boolean | undefined;
  /** Variables of the host that come in even so, e.g. `SLURM_JOB_ID`; one that is not set there stays unset. */
  readonly pass?: readonly string[] | undefined;
  /** Beyond what inner layers need: that is mounted by itself. */
  readonly mounts?: readonly MountInput[] | undefined;
  /** Brings in the host's driver libraries and devices. On a host without a GPU Apptainer only warns. */
  readonly gpu?: "nvidia" | "amd" | undefined;
  /** Whether the account's home folder and the current folder are seen inside, as Apptainer does by default. */
  readonly home?: "host" | "none" | undefined;
  /** Shells that the image has (default: `sh`). Steps in another dialect are refused. */
  readonly dialects?: readonly Dialect[] | undefined;
  /** Variables of the engine, e.g. `APPTAINER_BINDPATH`, that stay as they are on the host; the others are taken away. */
  readonly keepEngineVariables?: readonly string[] | undefined;
  /** The engine: a name on the PATH or an absolute path (default: `apptainer`). */
  readonly program?: string | undefined;
}

/** {@link ContainerOptions} with nothing left open. */
export interface ContainerSettings {
  readonly cleanEnv: boolean;
  readonly pass: readonly string[];
  readonly mounts: readonly Mount[];
  readonly gpu: "nvidia" | "amd" | undefined;
  readonly home: "host" | "none";
  readonly dialects: readonly Dialect[];
  readonly keepEngineVariables: readonly string[];
  readonly program: string;
}

const nameSchema = z.string().refine(isVariableName, { error: "not a name of a variable" });

export const containerSchema: z.ZodType<ContainerSettings, ContainerOptions> = z
  .strictObject({
    cleanEnv: z.boolean().optional(),
    pass: z.array(nameSchema.refine(crossesByPrefix, { error: "Apptainer does not let this variable in: set it by a layer right of the container" })).optional(),
    mounts: z.array(mountSchema).optional(),
    gpu: z.enum(["nvidia", "amd"]).optional(),
    home: z.enum(["host", "none"]).optional(),
    dialects: z.array(z.enum(["sh", "bash"])).optional(),
    keepEngineVariables: z.array(nameSchema).optional(),
    program: programSchema,
  })
  .transform((given) => ({
    cleanEnv: given.cleanEnv ?? false,
    pass: given.pass ?? [],
    mounts: given.mounts ?? [],
    gpu: given.gpu,
    home: given.home ?? "host",
    dialects: given.dialects ?? ["sh"],
    keepEngineVariables: given.keepEngineVariables ?? [],
    program: given.program ?? "apptainer",
  }));

function isVariableName(name: string): boolean {
  try {
    return variableName(name) === name;
  } catch {
    return false;
  }
}
