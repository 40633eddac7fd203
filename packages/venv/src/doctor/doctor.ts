import { cancellableShape, compose, needing, parseOptions, requireTransport, run, type Cancellable, type LaunchLayer, type Transport } from "@hpckit/core";
import { z } from "zod";
import { environmentPath } from "../environment/environment-path.js";
import { layerSchema } from "../environment/python-env-schema.js";
import { judgeCode } from "./code-rules.js";
import { examine } from "./examine-script.js";
import { judgeInterpreter, judgePrograms } from "./interpreter-rules.js";
import { parseReport, type Report } from "./report.js";
import { judgeImports, judgePlace } from "./surroundings-rules.js";
import type { VenvFinding } from "./venv-finding.js";

export interface DoctorOptions extends Cancellable {
  /** The environment, or a link to it. */
  readonly folder: string;
  /** Containers in which it is looked at, and layers such as `needing` for what they must mount beside it. */
  readonly within?: readonly LaunchLayer[] | undefined;
}

const optionsSchema: z.ZodType<DoctorOptions, DoctorOptions> = z.strictObject({
  folder: environmentPath,
  within: z.array(layerSchema).optional(),
  ...cancellableShape,
});

const judges: readonly ((report: Report) => readonly VenvFinding[])[] = [judgeInterpreter, judgePrograms, judgeCode, judgePlace, judgeImports, judgeExamination];

/**
 * Looks at an environment for all that stops it, or changes what it does, on one machine: before a job fails of it in the queue. One round
 * trip, two in containers; nothing is changed.
 *
 * A login node says little of others: hand over a transport into a job to look from its node.
 * @returns nothing where it works as it was made. `formatFindings` of core prints it.
 * @throws OutputUnreadableError if what answers is no report.
 */
export async function doctor(on: Transport, options: DoctorOptions): Promise<readonly VenvFinding[]> {
  requireTransport(on, "doctor");
  const { folder: place, within = [], signal } = parseOptions(optionsSchema, options, "doctor");
  // A container that mounted a link would show the folder under the link's own name, and every program would seem moved.
  const folder = within.length === 0 ? place : (await on.exec(["readlink", "-f", "--", place], { signal })).stdout.replace(/\n$/, "") || place;
  const looking = compose(["sh", "-c", examine(folder).shell], [...within, needing({ path: folder, access: "read" })]);
  const { stdout } = await run(looking, on, { signal, check: true });
  const report = parseReport(stdout);
  const absent = report.one("absent");
  if (absent !== undefined) {
    return [{ code: "environment-missing", severity: "error", cause: "no Python environment is there", observed: `${absent} on ${on.target.host} has no pyvenv.cfg`, fix: "build it (ensurePythonEnv), or correct the path" }];
  }
  return judges.flatMap((judge) => judge(report));
}

/** What could not be looked at is said: nothing found there means nothing. */
function judgeExamination(report: Report): readonly VenvFinding[] {
  const lacking = report.all("lacks");
  if (lacking.length === 0) return [];
  return [{ code: "not-examined", severity: "note", cause: "programs to look with are missing, so that libraries, processors or the file system were not looked at", observed: `not installed: ${lacking.join(", ")}`, fix: "install binutils or libc-bin, coreutils, findutils and util-linux there, or look from another node" }];
}
