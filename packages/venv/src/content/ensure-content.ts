import { callbackSchema, cancellableShape, contentFolderExit, isFolderOf, lines, newMakerId, OutputUnreadableError, renderFindFolder, renderMake, renderRoot, type Cancellable, type ContentFolder, type FilePolicy, type ShellExpression, type Transport } from "@hpckit/core";
import { z } from "zod";
import { findOrMake } from "./find-or-make.js";
import { makeWithInputs } from "../inputs/make-with-inputs.js";
import { waitForInputs } from "../inputs/wait-for-inputs.js";

export interface ContentPlan extends ContentFolder {
  readonly policy: FilePolicy | undefined;
  /** Brings what it is made of into a folder that is there, once it is seen that nobody else makes it. Without it nothing is brought. */
  readonly bring?: ((folder: string, signal: AbortSignal) => Promise<void>) | undefined;
  /** Fills `$hpckit_folder`; see `renderMake` in core. */
  readonly make: ShellExpression;
  /** The error of a making that failed; `said` holds the lines of its output that are not empty. */
  readonly explain: (exitCode: number | undefined, said: readonly string[]) => Error;
}

export interface EnsureContentOptions extends Cancellable {
  readonly onProgress?: ((line: string) => void) | undefined;
}

export const ensureContentSchema: z.ZodType<EnsureContentOptions, EnsureContentOptions> = z.strictObject({ onProgress: callbackSchema<(line: string) => void>().optional(), ...cancellableShape });

/** A folder that is there and complete. */
export interface EnsuredContent {
  readonly folder: string;
  /** `found`: it was there, or another maker of it was waited for. */
  readonly outcome: "found" | "made";
}

/**
 * Finds a content folder, or makes it; one round trip where it is there. However many ask at once, one of them brings what it is made of. What is
 * begun and fails leaves nothing.
 */
export async function ensureContent(plan: ContentPlan, on: Transport, options: EnsureContentOptions): Promise<EnsuredContent> {
  const { signal } = options;
  return findOrMake<EnsuredContent, undefined>(on, {
    signal,
    find: async () => {
      const folder = await find(plan, on, signal);
      return folder === undefined ? { kind: "absent", absent: undefined } : { kind: "there", value: { folder, outcome: "found" } };
    },
    make: () => make(plan, on, options),
  });
}

async function make(plan: ContentPlan, on: Transport, { signal, onProgress }: EnsureContentOptions): Promise<EnsuredContent> {
  const { root, name, policy, bring } = plan;
  const id = newMakerId();
  const folder = `${root}/${name}-${id}`;
  const said: string[] = [];
  const script = lines(renderRoot(root, policy), renderMake({ root, name, id, policy }, lines(bring === undefined ? undefined : waitForInputs(policy), plan.make)));
  const { exitCode, stderr } = await makeWithInputs(on, {
    folder,
    signal,
    start: (stdin) => on.stream(["sh", "-c", script.shell], { signal, stdin }),
    bring: async (until) => bring?.(`${folder}/.hpckit`, until),
    onLine: (line) => {
      said.push(line);
      onProgress?.(line);
    },
    isMade: (status) => status === 0,
  });
  if (exitCode !== 0 && exitCode !== contentFolderExit.alreadyThere) throw plan.explain(exitCode, [...said, ...stderr.split("\n")].filter((line) => line.trim() !== ""));
  const made = await find(plan, on, signal);
  if (made === undefined) throw plan.explain(undefined, [`${root}/${name} was made and is gone: look for what removes files there`]);
  return { folder: made, outcome: exitCode === 0 ? "made" : "found" };
}

async function find({ root, name }: ContentFolder, on: Transport, signal: AbortSignal | undefined): Promise<string | undefined> {
  const { stdout } = await on.exec(["sh", "-c", renderFindFolder(root, name).shell], { signal, check: true });
  const [, folder] = /^folder (\S+)\nstate complete\n$/.exec(stdout) ?? [];
  if (folder !== undefined && isFolderOf(name, folder)) return `${root}/${folder}`;
  if (stdout === "state absent\n" || stdout === "state damaged\n") return undefined;
  throw new OutputUnreadableError("search for a content folder", "no state", stdout);
}
