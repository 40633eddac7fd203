import { posix } from "node:path";
import { componentsOf, type JobSpec } from "../spec/job-spec.js";
import { withoutPattern, type SubmissionPlan } from "../submit/submission-plan.js";

/** A path that a job names, absolute, and who does what with it. */
export type JobPath =
  | { readonly use: "work"; readonly field: "workFolder"; readonly path: string }
  /** `file` is undefined where only Slurm knows it. */
  | { readonly use: "write"; readonly field: "output" | "error"; readonly path: string; readonly file: string | undefined }
  | { readonly use: "read"; readonly field: "input"; readonly path: string }
  /** sbatch reads it, on the login node. */
  | { readonly use: "submit"; readonly field: string; readonly path: string }
  /** Where the command starts. */
  | { readonly use: "command"; readonly field: "launch"; readonly path: string };

/** What the user may do with a path on the login node. */
export interface SeenPath {
  readonly exists: boolean;
  readonly isFolder: boolean;
  readonly canRead: boolean;
  readonly canWrite: boolean;
  /** Of a folder: may enter. */
  readonly canEnter: boolean;
}

/** The letters of `test` that were true of a path. */
export const readLetters = (letters: string): SeenPath => ({
  exists: letters.includes("e"),
  isFolder: letters.includes("d"),
  canRead: letters.includes("r"),
  canWrite: letters.includes("w"),
  canEnter: letters.includes("x"),
});

/** What a job names, but for what is made of what only Slurm knows, or a shell. Pure. */
export function pathsOf(spec: JobSpec, { workFolder, output, error }: Pick<SubmissionPlan, "workFolder" | "output" | "error">): readonly JobPath[] {
  const written = ([["output", output], ["error", error]] as const).flatMap(([field, pattern]): readonly JobPath[] => {
    const folder = pattern === undefined ? undefined : withoutPattern(posix.dirname(pattern));
    return pattern === undefined || folder === undefined ? [] : [{ use: "write", field, path: folder, file: withoutPattern(pattern) }];
  });
  // sbatch takes `none` for /dev/null.
  const input = spec.input === undefined || /^none$/i.test(spec.input) ? undefined : withoutPattern(spec.input);
  const bySbatch = componentsOf(spec).flatMap(({ nodeFile }, index): readonly JobPath[] =>
    nodeFile === undefined ? [] : [{ use: "submit", field: spec.components === undefined ? "nodeFile" : `components.${index}.nodeFile`, path: nodeFile }],
  );
  const { cwd } = spec.launch;
  return [
    { use: "work", field: "workFolder", path: workFolder },
    ...written,
    ...(input === undefined ? [] : [{ use: "read", field: "input", path: posix.resolve(workFolder, input) } as const]),
    ...bySbatch,
    ...(spec.burstBufferFile === undefined ? [] : [{ use: "submit", field: "burstBufferFile", path: spec.burstBufferFile } as const]),
    ...(typeof cwd === "string" ? [{ use: "command", field: "launch", path: posix.resolve(workFolder, cwd) } as const] : []),
  ];
}

/** All that is to be looked at, each once. */
export const placesOf = (paths: readonly JobPath[]): readonly string[] => [...new Set(paths.flatMap((one) => (one.use === "write" && one.file !== undefined ? [one.path, one.file] : [one.path])))];
