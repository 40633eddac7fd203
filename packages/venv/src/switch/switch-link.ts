import { randomBytes } from "node:crypto";
import { cancellableShape, parseOptions, requireTransport, type Cancellable, type ShellExpression, type Transport } from "@hpckit/core";
import { z } from "zod";
import { environmentPath } from "../environment/environment-path.js";
import { PythonEnvError } from "../error/python-env-error.js";
import { linkNameSchema } from "./link-name.js";
import { parseSwitch, renderSwitch, renderSwitchBack, type LinkPlace } from "./switch-script.js";

export interface SwitchBackOptions extends Cancellable {
  /** Absolute folder of the environments, and of their links. */
  readonly root: string;
  /** Name of the link, e.g. `main`: people use `ROOT/main`. */
  readonly link: string;
}

export interface SwitchOptions extends SwitchBackOptions {
  /** An environment under that root, as `ensurePythonEnv` gave it. */
  readonly to: { readonly folder: string };
}

export interface Switched {
  /** `unchanged`: it led there already. */
  readonly kind: "switched" | "unchanged";
  /** Absolute path of the link. */
  readonly link: string;
  /** Absolute folder that it leads to now. */
  readonly folder: string;
  /** What it led to before, and what {@link switchBack} leads it to again. */
  readonly previous: string | undefined;
}

const placeShape = { root: environmentPath, link: linkNameSchema, ...cancellableShape };
const backSchema: z.ZodType<SwitchBackOptions, SwitchBackOptions> = z.strictObject(placeShape);
const switchSchema: z.ZodType<SwitchOptions, SwitchOptions> = z
  .strictObject({ ...placeShape, to: z.object({ folder: environmentPath }) })
  .refine(({ root, to }) => new RegExp(/^[\w.]+-\w+$/).test(to.folder.slice(root.length + 1)) && to.folder.startsWith(`${root}/`), {
    path: ["to"],
    error: "not an environment under the root: links lead to what lies beside them",
  });

/**
 * Makes a named link lead to an environment: `main`, `develop` and sandboxes stand side by side. Launches name folders, not links, so
 * what runs keeps what it started with.
 *
 * Guarantees: whoever follows the link finds the old environment or the new one, whole; killed at any instant, the link leads to one
 * of the two. Doing it twice changes nothing.
 * @throws {@link PythonEnvError} `environment-missing` if that environment is not whole; the link is as it was.
 */
export async function switchEnvironment(on: Transport, options: SwitchOptions): Promise<Switched> {
  requireTransport(on, "switchEnvironment");
  const { root, link, to, signal } = parseOptions(switchSchema, options, "switch of an environment");
  return carryOut(on, { root, link, signal }, (place) => renderSwitch(place, to.folder.slice(root.length + 1)));
}

/**
 * Makes a link lead to what it led to before the last switch; once more, and it leads to the newer one again.
 * @throws {@link PythonEnvError} `environment-missing` if there is none, or it is not whole any more; the link is as it was.
 */
export async function switchBack(on: Transport, options: SwitchBackOptions): Promise<Switched> {
  requireTransport(on, "switchBack");
  return carryOut(on, parseOptions(backSchema, options, "switch of an environment"), renderSwitchBack);
}

async function carryOut(on: Transport, { root, link, signal }: SwitchBackOptions, render: (place: LinkPlace) => ShellExpression): Promise<Switched> {
  const script = render({ root, link, id: randomBytes(4).toString("hex") });
  const { stdout } = await on.exec(["sh", "-c", script.shell], { signal, check: true });
  const report = parseSwitch(stdout);
  const path = `${root}/${link}`;
  const absolute = (folder: string): string => (folder.startsWith("/") ? folder : `${root}/${folder}`);
  const refused = (message: string): PythonEnvError => new PythonEnvError("environment-missing", `${path} on ${on.target.host} was not switched: ${message}`);
  switch (report.kind) {
    case "not-a-link":
      throw refused("what stands there is no link; move it away, or choose another name");
    case "no-previous":
      throw refused("it led to nothing before; switch it to an environment by name");
    case "gone":
      throw refused(`${absolute(report.folder)} is no environment under that root, or files of it are missing: ensure that environment again`);
    default:
      return { kind: report.kind, link: path, folder: absolute(report.folder), previous: report.before === undefined ? undefined : absolute(report.before) };
  }
}
