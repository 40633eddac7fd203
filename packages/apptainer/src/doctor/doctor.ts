import { parseOptions, requireTransport, type Transport } from "@hpckit/core";
import type { ApptainerFinding } from "./apptainer-finding.js";
import { doctorSchema, type DoctorOptions } from "./doctor-options.js";
import { judgeEngine } from "./engine-rules.js";
import { examine } from "./examine-script.js";
import { judgeFolders } from "./folder-rules.js";
import { judgeGpu } from "./gpu-rules.js";
import { judgeImage } from "./image-rules.js";
import { judgeRegistries } from "./registry-rules.js";
import { parseReport } from "./report.js";
import { judgeStart } from "./start-rules.js";

const judges = [judgeEngine, judgeStart, judgeFolders, judgeImage, judgeGpu];

/**
 * Looks at a machine for all that stops or slows containers on it, before a job fails of it in the queue. One round trip, and a
 * connection to each registry that is asked about. Nothing is changed; with `image`, that is started once.
 *
 * What a login node has says little of others: hand over a transport into a job to examine its node.
 * @returns nothing where containers start, and start fast. `formatFindings` of core prints it.
 * @throws OutputUnreadableError if what answers is no container engine.
 */
export async function doctor(on: Transport, options: DoctorOptions = {}): Promise<readonly ApptainerFinding[]> {
  requireTransport(on, "doctor");
  const settings = parseOptions(doctorSchema, options, "doctor");
  const { stdout } = await on.exec(["sh", "-c", examine(settings).shell], { signal: settings.signal, check: true });
  const report = parseReport(stdout);
  const registries = await judgeRegistries(on, settings.registries, settings);
  return [...judges.flatMap((judge) => judge(report, settings)), ...registries];
}
