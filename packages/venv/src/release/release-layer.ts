import { folderFunctions, lines, OptionsError, parseOptions, sh, type HostPath, type LaunchLayer, type PrependFolder, type Transport, type UnresolvedLayer } from "@hpckit/core";
import { z } from "zod";
import { ensureRelease, type BuiltRelease } from "./ensure-release.js";
import { requireRelease, type Release } from "./release.js";

/** Folders are named from the top of the release; `.` is the release itself. */
export interface ReleaseLayerOptions {
  /** What Python imports from (default: `["."]`). */
  readonly pythonPath?: readonly string[] | undefined;
  /** Where its programs lie. */
  readonly path?: readonly string[] | undefined;
  /** Where the command starts, unless the recipe says so itself. It is read-only. */
  readonly cwd?: string | undefined;
}

const below = z
  .string()
  .regex(/^(?!\/)[^:\p{Cc}]+$/u, { error: "a folder named from the top of the release, without colons" })
  .refine((path) => !path.split("/").includes(".."), { error: "it lies within the release" });

const absolute = z.string().startsWith("/", { error: "not an absolute path" });

const optionsSchema: z.ZodType<ReleaseLayerOptions, ReleaseLayerOptions> = z.strictObject({ pythonPath: z.array(below).optional(), path: z.array(below).optional(), cwd: below.optional() });

const builtSchema: z.ZodType<BuiltRelease, BuiltRelease> = z.object({ folder: absolute }, { error: "a release as ensureRelease gave it: { folder, … }" });

/** Runs a command with a release that is there: {@link released} brings it over first, {@link releaseAt} follows a link. Pure. */
export function releaseLayer(built: BuiltRelease, options: ReleaseLayerOptions = {}): LaunchLayer {
  const { folder } = parseOptions(builtSchema, built, "release layer");
  const { pythonPath = ["."], path = [], cwd } = parseOptions(optionsSchema, options, "release layer");
  const at = (place: string): string => (place === "." ? folder : `${folder}/${place}`);
  const prepending = (name: string, places: readonly string[]): readonly PrependFolder[] => places.map((place): PrependFolder => ({ kind: "prepend", name, folder: at(place) })).reverse();
  const needed: HostPath = { path: folder, access: "read" };
  return {
    name: "release",
    apply: (launch) => ({
      ...launch,
      cwd: launch.cwd ?? (cwd === undefined ? undefined : at(cwd)),
      setup: [...prepending("PATH", path), ...prepending("PYTHONPATH", pythonPath), ...launch.setup],
      needs: [needed, ...launch.needs],
    }),
  };
}

/** Brings the project's code over when the launch is prepared, and runs the command with it. The launch keeps that release. */
export function released(given: Release, options: ReleaseLayerOptions = {}): UnresolvedLayer {
  requireRelease(given, "released");
  parseOptions(optionsSchema, options, "release layer");
  return {
    name: "release",
    resolve: async (on, { signal, onProgress }) => checked(on, await ensureRelease(given, on, { signal, onProgress }), options),
  };
}

/** How the search ends where files of a release are missing. */
const damaged = 65;

/** Runs a command with the release that a link such as `/shared/releases/main` leads to when the launch is prepared. The launch keeps that release. */
export function releaseAt(link: string, options: ReleaseLayerOptions = {}): UnresolvedLayer {
  parseOptions(absolute, link, "link to a release");
  parseOptions(optionsSchema, options, "release layer");
  return { name: "release", resolve: async (on, { signal }) => checked(on, await follow(link, on, signal), options) };
}

async function follow(link: string, on: Transport, signal: AbortSignal | undefined): Promise<BuiltRelease> {
  const script = lines(
    folderFunctions,
    sh`
      hpckit_to=$(readlink -f -- ${link}) && [ -e "$hpckit_to/.hpckit/complete" ] || exit 1
      touch -c -- "$hpckit_to/.hpckit/used" 2>/dev/null || :
      printf %s "$hpckit_to"
      hpckit_listed=$(cat -- "$hpckit_to/.hpckit/complete" 2>/dev/null) || exit ${damaged}
      [ "$hpckit_listed" = "$(hpckit_files "$hpckit_to" 2>/dev/null)" ] || exit ${damaged}
    `,
  );
  const { stdout, ok, exitCode } = await on.exec(["sh", "-c", script.shell], { signal });
  if (exitCode === damaged) throw new OptionsError("release", [{ path: "link", message: `files of ${stdout} on ${on.target.host}, to which ${link} leads, are missing, as after a purge: ensure that release again, and switch the link to it` }]);
  if (!ok) throw new OptionsError("release", [{ path: "link", message: `${link} on ${on.target.host} leads to no release: switch it to one that ensureRelease has made` }]);
  return { folder: stdout };
}

/** A folder that is not there would be passed over in silence by Python and by the shell. */
async function checked(on: Transport, built: BuiltRelease, options: ReleaseLayerOptions): Promise<LaunchLayer> {
  const places = [...(options.pythonPath ?? []), ...(options.path ?? []), ...(options.cwd === undefined ? [] : [options.cwd])];
  const absent = await on.exec(["sh", "-c", 'cd -- "$1" && shift && for place; do [ -d "$place" ] || { printf %s "$place"; exit 1; }; done', "sh", built.folder, ...places]);
  if (!absent.ok) throw new OptionsError("release layer", [{ path: absent.stdout, message: `there is no such folder in the release ${built.folder}` }]);
  return releaseLayer(built, options);
}
