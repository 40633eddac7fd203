import { z } from "zod";
import { environmentPath } from "../environment/environment-path.js";
import { prefixSchema } from "../environment/python-env-schema.js";
import type { BuiltPythonEnv } from "./virtualenv-layer.js";

const error = "an environment as ensurePythonEnv gave it: { folder, … }";

/** What else is known of an environment does not matter here, so that it can be given as it was returned. */
export const folderSchema: z.ZodType<Pick<BuiltPythonEnv, "folder">, Pick<BuiltPythonEnv, "folder">> = z.object({ folder: environmentPath }, { error });

export const builtEnvShape = {
  folder: environmentPath,
  pythonVersion: z.string().regex(/^\d+\.\d+/, { error: "a version such as 3.13.5" }),
  basePrefix: prefixSchema.optional(), // JSON keeps no `undefined`
};

export const builtEnvSchema: z.ZodType<BuiltPythonEnv> = z
  .object(builtEnvShape, { error })
  .transform(({ folder, pythonVersion, basePrefix }) => ({ folder, pythonVersion, basePrefix }));
