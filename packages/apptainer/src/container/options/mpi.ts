import type { SetupStep } from "@hpckit/core";
import { z } from "zod";
import type { Mount } from "../../mount/mount.js";
import { schedulerVariables, type PassedVariable } from "../../variable/passed-variables.js";

/**
 * How the ranks of an MPI program inside find each other. `srun` starts them, so the container stands right of a `step`.
 * Both ways bring in the host's /dev/shm, the folder of Slurm's PMIx server, and under `cleanEnv` {@link mpiVariables}.
 */
export type Mpi =
  /** The image has an MPI, which speaks the PMI of the host's `srun`. */
  | { readonly pattern: "hybrid" }
  | {
      /** The image has none, or one of the same ABI: the host's is brought in and found first. */
      readonly pattern: "bind";
      /**
       * Folders of the host with MPI and fabric libraries, seen at their own paths, so that what was built for these is right; or
       * single libraries, by paths like `/usr/lib64/libpmi2.so.0`. `checkInjected` tells whether they work in an image.
       */
      readonly libraries: readonly string[];
    };

export interface MpiOptions {
  /**
   * Ranks on a node share their name spaces where the engine is known to have `--sharens` (1.3): else one could not read another's
   * memory, and messages between them go slower ways. All then see what the first one mounts. A program whose ranks do not wait
   * for each other, as MPI_Init does, needs `shareNamespaces: false`: where the first ends early, others fail with 255 (1.4.5).
   */
  readonly mpi?: Mpi | undefined;
}

/** What a task must know to join the others, and how sites choose a fabric. */
export const mpiVariables: readonly PassedVariable[] = [...schedulerVariables, "OMPI_*", "I_MPI_*", "MPICH_*", "UCX_*", "FI_*", "PSM2_*"];

/** Where single libraries are seen inside. */
const singles = "/hpckit/libraries";

/** A folder that an image has itself, for more than MPI. */
const ownedByImage = /^\/(?:usr\/(?:local\/)?)?(?:lib|lib32|lib64)(?:\/[a-z\d_]+-linux-gnu[a-z\d]*)?\/*$/;

const library = z
  .string()
  .regex(/^\/[^:;$\0\t\n\r]+$/, { error: 'an absolute path without ":", ";", "$" and control characters, at which the loader would divide or expand it' })
  .refine((path) => !ownedByImage.test(path), { error: "would cover libraries of the image: name the single ones that are meant, e.g. /usr/lib64/libpmi2.so.0" });

export const mpiShape = {
  mpi: z.discriminatedUnion("pattern", [z.strictObject({ pattern: z.literal("hybrid") }), z.strictObject({ pattern: z.literal("bind"), libraries: z.array(library).min(1) })]).optional(),
};

export const librariesSchema: z.ZodType<readonly string[], readonly string[]> = z.array(library).min(1);

/** What must be mounted on every host. */
export const mpiMounts = (mpi: Mpi | undefined): readonly Mount[] =>
  mpi === undefined ? [] : [{ source: "/dev/shm", destination: "/dev/shm", readOnly: false }, ...librariesOf(mpi).map((source): Mount => ({ source, destination: placeInside(source), readOnly: true }))];

/** Puts what was brought in before the image's own, the first of them first. */
export const mpiPaths = (mpi: Mpi | undefined): readonly SetupStep[] =>
  [...new Set(librariesOf(mpi).map(searchFolder))].reverse().map((folder) => ({ kind: "prepend", name: "LD_LIBRARY_PATH", folder }));

/** Where a library of the host, or a folder of them, is seen inside. */
export const placeInside = (library: string): string => (isSingle(library) ? `${singles}/${library.slice(library.lastIndexOf("/") + 1)}` : library);

const librariesOf = (mpi: Mpi | undefined): readonly string[] => (mpi?.pattern === "bind" ? mpi.libraries : []);
const isSingle = (library: string): boolean => /\.so(?:\.\d+)*$/.test(library);
const searchFolder = (library: string): string => (isSingle(library) ? singles : library);
