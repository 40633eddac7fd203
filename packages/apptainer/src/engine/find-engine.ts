import { cancellableShape, lines, parseOptions, type Cancellable, type Transport } from "@hpckit/core";
import { z } from "zod";
import { hasNoEval, parseEngineVersion, type EngineVersion } from "./engine-version.js";
import { parseProbe, probeEngine, probeMachine } from "./probe-script.js";
import { programSchema } from "./program.js";

/** Something about a machine that stops or slows containers, with what mends it. */
export interface EngineFinding {
  readonly code: "no-unprivileged-start" | "engine-too-old" | "slow-start";
  /** What was seen. */
  readonly observed: string;
  readonly fix: string;
}

export interface Engine {
  readonly kind: "found";
  readonly program: string;
  readonly version: EngineVersion;
  /** Empty where containers start, and start fast. */
  readonly findings: readonly EngineFinding[];
}

export type EngineLookup = Engine | { readonly kind: "not-found"; readonly program: string };

export interface FindEngineOptions extends Cancellable {
  /** A name on the PATH or an absolute path (default: `apptainer`). */
  readonly program?: string | undefined;
}

const optionsSchema: z.ZodType<FindEngineOptions, FindEngineOptions> = z.strictObject({
  program: programSchema,
  ...cancellableShape,
});

/**
 * Looks for the container engine of a machine, and for what it lacks there. One round trip.
 * @throws OutputUnreadableError if what answers is no container engine.
 */
export async function findEngine(on: Transport, options: FindEngineOptions = {}): Promise<EngineLookup> {
  const { program = "apptainer", signal } = parseOptions(optionsSchema, options, "findEngine");
  const { stdout } = await on.exec(["sh", "-c", lines(probeEngine(program), probeMachine(program)).shell], { signal, check: true });
  const report = parseProbe(stdout);
  const printed = report.get("version") ?? "-";
  if (printed === "-") return { kind: "not-found", program };
  const version = parseEngineVersion(printed);
  return { kind: "found", program, version, findings: findingsOf(version, report) };
}

function findingsOf(version: EngineVersion, report: ReadonlyMap<string, string>): readonly EngineFinding[] {
  const no = (key: string): boolean => report.get(key) !== "yes";
  const findings: EngineFinding[] = [];
  if (!hasNoEval(version)) findings.push({ code: "engine-too-old", observed: `${version.text} has no --no-eval`, fix: "install Apptainer 1.1 or newer" });
  if (no("namespaces") && no("setuid")) {
    findings.push({
      code: "no-unprivileged-start",
      observed: "unshare --user fails here, and the engine is not installed setuid",
      fix: "allow user namespaces (sysctl user.max_user_namespaces, and on Ubuntu the AppArmor profile of apptainer), or install apptainer-suid",
    });
  }
  if (no("setuid") && (no("squashfuse") || no("fuse"))) {
    const lacking = no("squashfuse") ? "squashfuse is not installed" : "/dev/fuse cannot be opened";
    findings.push({ code: "slow-start", observed: `${lacking}, so every start extracts the whole image`, fix: "install squashfuse and open /dev/fuse, or use a sandbox folder" });
  }
  return findings;
}
