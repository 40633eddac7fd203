import { cancellableShape, memorySizeSchema, type Cancellable, type MemorySize, type MemorySizeInput } from "@hpckit/core";
import { z } from "zod";
import { programSchema } from "../engine/program.js";

/** What launches will want of the machine: what is not named is not judged. */
export interface DoctorOptions extends Cancellable {
  /** The engine: a name on the PATH or an absolute path (default: `apptainer`). */
  readonly program?: string | undefined;
  /** Absolute path of a SIF. Its header is read, and it is started once. */
  readonly image?: string | undefined;
  /** Whose graphics processors are used. */
  readonly gpu?: "nvidia" | "amd" | undefined;
  /** Whether images are built, or commands run, with `--fakeroot`. */
  readonly fakeroot?: boolean | undefined;
  /** Whether there are overlays, or a writable tmpfs. */
  readonly overlay?: boolean | undefined;
  /** Paths that launches mount. */
  readonly mounts?: readonly string[] | undefined;
  /** What a command writes to a contained home or `/tmp`, or to a writable tmpfs, e.g. `2G`. */
  readonly writesInside?: MemorySizeInput | undefined;
  /** What must be free where images are built and cached (default: `1G`). */
  readonly free?: MemorySizeInput | undefined;
  /** Whether `library://` is used. */
  readonly library?: boolean | undefined;
  /** Registries to which a connection is tried from over there, e.g. `docker.io` or `registry.example.edu:5000`. */
  readonly registries?: readonly string[] | undefined;
}

/** {@link DoctorOptions} with nothing left open. */
export interface DoctorSettings extends Cancellable {
  readonly program: string;
  readonly image: string | undefined;
  readonly gpu: "nvidia" | "amd" | undefined;
  readonly fakeroot: boolean;
  readonly overlay: boolean;
  readonly mounts: readonly string[];
  readonly writesInside: MemorySize;
  readonly free: MemorySize;
  readonly library: boolean;
  readonly registries: readonly string[];
}

const absolute = z.string().regex(/^\/[^\0]*$/, { error: "not an absolute path" });

export const doctorSchema: z.ZodType<DoctorSettings, DoctorOptions> = z
  .strictObject({
    program: programSchema,
    image: absolute.optional(),
    gpu: z.enum(["nvidia", "amd"]).optional(),
    fakeroot: z.boolean().optional(),
    overlay: z.boolean().optional(),
    mounts: z.array(absolute).optional(),
    writesInside: memorySizeSchema.optional(),
    free: memorySizeSchema.optional(),
    library: z.boolean().optional(),
    registries: z.array(z.string().regex(/^[\w.-]+(?::\d+)?$/, { error: "a host, or host:port" })).optional(),
    ...cancellableShape,
  })
  .transform((given) => ({
    program: given.program ?? "apptainer",
    image: given.image,
    gpu: given.gpu,
    fakeroot: given.fakeroot ?? false,
    overlay: given.overlay ?? false,
    mounts: given.mounts ?? [],
    writesInside: given.writesInside ?? { bytes: 0 },
    free: given.free ?? { bytes: 2 ** 30 },
    library: given.library ?? false,
    registries: given.registries ?? [],
    signal: given.signal,
  }));
