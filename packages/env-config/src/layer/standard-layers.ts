import { parseOptions } from "@hpckit/core";
import { z } from "zod";
import { processVariables } from "../source/read-source.js";
import type { Layer } from "./layer.js";

export interface StandardLayersOptions {
  /** Name of the site: its file is `sites/SITE.yaml`. */
  readonly site: string;
  /** Name of the deployment, e.g. `dev`, `staging` or `prod`: its file is `deployments/DEPLOYMENT.yaml`. */
  readonly deployment: string;
  /** A person's own file, which may be missing, e.g. `~/.config/caqrn.yaml`. */
  readonly user?: string | URL | undefined;
  /** Variables of this process that begin so override everything, e.g. `CAQRN_`. Without it the process says nothing. */
  readonly prefix?: string | undefined;
  /** Ending of the files (default `.yaml`): one that {@link Layer} knows. */
  readonly ending?: string | undefined;
}

/** It becomes a part of a file's name, and must not lead out of the folder. */
const name = z.string().regex(/^\w[\w.-]*$/, { error: "a name of letters, digits, _, - and dots, e.g. keeling" });

const optionsSchema: z.ZodType<StandardLayersOptions, StandardLayersOptions> = z.strictObject({
  site: name,
  deployment: name,
  user: z.union([z.string().min(1), z.instanceof(URL)]).optional(),
  prefix: z.string().min(1).optional(),
  ending: z.string().startsWith(".").optional(),
});

/**
 * The five layers by convention: `default.yaml`, `sites/SITE.yaml`, `deployments/DEPLOYMENT.yaml`, the user's own file and the
 * variables of this process, each over the one before. The files stand in the `folder` of `loadConfig`.
 * @throws OptionsError for a name that is none.
 */
export function standardLayers(options: StandardLayersOptions): readonly Layer[] {
  const { site, deployment, user, prefix, ending = ".yaml" } = parseOptions(optionsSchema, options, "standardLayers");
  return [
    { name: "default", file: `default${ending}` },
    { name: `site ${site}`, file: `sites/${site}${ending}` },
    { name: `deployment ${deployment}`, file: `deployments/${deployment}${ending}` },
    ...(user === undefined ? [] : [{ name: "user", file: user, optional: true }]),
    ...(prefix === undefined ? [] : [{ name: "process", environment: processVariables(), prefix }]),
  ];
}
