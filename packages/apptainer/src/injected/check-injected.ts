import { cancellableShape, compose, parseOptions, requireTransport, run, type Cancellable, type Transport } from "@hpckit/core";
import { z } from "zod";
import { container } from "../container/container.js";
import { librariesSchema, placeInside } from "../container/options/mpi.js";
import { parseReport } from "../doctor/report.js";
import { engineProfileSchema, type EngineProfile } from "../engine/engine-profile.js";
import { programSchema } from "../engine/program.js";
import { imageSchema, type Image } from "../image/image.js";
import { mountSchema, type Mount, type MountInput } from "../mount/mount.js";
import { hostLibrariesOf } from "./host-libraries.js";
import { judgeHost } from "./host-rules.js";
import { examineLibraries } from "./host-script.js";
import type { InjectedFinding } from "./injected-finding.js";
import { judgeInside } from "./inside-rules.js";
import { tryLibraries } from "./inside-script.js";

export interface CheckInjectedOptions extends Cancellable {
  /** As launches say it: `mpi: { pattern: "bind", libraries }`. */
  readonly libraries: readonly string[];
  /** What launches mount beside. */
  readonly mounts?: readonly MountInput[] | undefined;
  /** The engine: a name on the PATH or an absolute path (default: `apptainer`). */
  readonly program?: string | undefined;
  /** As launches have it: what the site's profile says of its engine. */
  readonly site?: EngineProfile | undefined;
}

interface CheckInjectedSettings extends Omit<CheckInjectedOptions, "mounts"> {
  readonly mounts?: readonly Mount[] | undefined;
}

const optionsSchema: z.ZodType<CheckInjectedSettings, CheckInjectedOptions> = z.strictObject({ libraries: librariesSchema, mounts: z.array(mountSchema).optional(), program: programSchema, site: engineProfileSchema.optional(), ...cancellableShape });

/**
 * Looks whether libraries of the host work in an image, before ranks of a job fail of it: whether they are there, of the image's
 * architecture, and content with its glibc; whether the image's own loader finds all that they need; and whether plugins and settings
 * that they open only later are seen inside. Changes nothing. The image is started once, with nothing of its own run.
 *
 * Nodes differ: hand over a transport into a job to look from its node.
 * @returns nothing where all is well. `formatFindings` of core prints it. What could not be seen is a finding, `not-checked`.
 * @throws EngineError, ImageError if engine or image are not there.
 * @throws CommandFailedError if the image does not start: `doctor` tells why.
 */
export async function checkInjected(on: Transport, image: Image, options: CheckInjectedOptions): Promise<readonly InjectedFinding[]> {
  requireTransport(on, "checkInjected");
  const { libraries, mounts, program, site, signal } = parseOptions(optionsSchema, options, "checkInjected");
  const { path } = parseOptions(imageSchema, image, "image");
  const outside = parseReport((await on.exec(["sh", "-c", examineLibraries(libraries, path).shell], { signal, check: true })).stdout);
  const host = hostLibrariesOf(outside);
  const findings = judgeHost(outside, host);
  const unusable = new Set([...outside.all("absent"), ...outside.all("closed")]);
  const present = libraries.filter((each) => !unusable.has(each));
  // With a part of the host's C library before the image's own, not even a shell would start.
  if (present.length === 0 || findings.some(({ code }) => code === "library-of-the-system")) return findings;
  const seen = (library: string): string => (libraries.includes(library) ? placeInside(library) : library);
  const fitting = host.libraries.filter(({ architecture }) => architecture === undefined || host.imageArchitecture === undefined || architecture === host.imageArchitecture);
  const script = tryLibraries(fitting.map((each) => seen(each.path)), [...new Set(host.companions.map(({ folder }) => folder))]);
  const layer = container(image, { program, site, mounts, cleanEnv: true, home: "none", mpi: { pattern: "bind", libraries: present } });
  const { stdout } = await run(compose(["/bin/sh", "-c", script.shell], [layer]), on, { signal, check: true });
  return [...findings, ...judgeInside(parseReport(stdout), host)];
}
