import { filePolicySchema, type LaunchLayer } from "@hpckit/core";
import { z } from "zod";
import { environmentPath } from "./environment-path.js";
import { indexSchema } from "./index-address.js";
import { projectSchema } from "./project.js";
import type { PythonEnv, PythonEnvInput } from "./python-env.js";
import { textsSchema } from "./text-source.js";
import { wheelsSchema } from "./wheels.js";

const hostPrefix = /^\/(?:usr(?:\/local)?)?$/;

export const prefixSchema: z.ZodType<string, string> = environmentPath.refine((prefix) => !hostPrefix.test(prefix), {
  error: "it cannot be mounted over an image's own: leave basePrefix out, and the environment is built with the Python of the machine or image where it is used",
});

export const layerSchema = z.custom<LaunchLayer>((value) => typeof value === "object" && value !== null && "apply" in value && typeof value.apply === "function", {
  error: "not a layer that is there already, as modules([…]) is",
});

/** @see PEP 508, names of distributions */
const distribution = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/, { error: "not the name of a package" });
const module = z.string().regex(/^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u, { error: "not the name of a module, as `import` takes it" });

export const pythonEnvSchema: z.ZodType<PythonEnv, PythonEnvInput> = z
  .strictObject({
    root: environmentPath,
    requirements: textsSchema.optional(),
    constraints: textsSchema.optional(),
    projects: z.array(projectSchema).optional(),
    python: z.string().regex(/^(?:\/.*|[\w.+-]+)$/s, { error: "a name on the PATH or an absolute path" }).optional(),
    layers: z.array(layerSchema).optional(),
    basePrefix: prefixSchema.optional(),
    wheels: wheelsSchema.optional(),
    index: indexSchema.optional(),
    extraIndexes: z.array(indexSchema).optional(),
    requireHashes: z.boolean().optional(),
    onlyBinary: z.union([z.boolean(), z.array(distribution)], { error: "true, or names of packages" }).optional(),
    noDependencies: z.boolean().optional(),
    systemSitePackages: z.boolean().optional(),
    verify: z.array(module).optional(),
    variant: z.string().regex(/^[\w.+-]+$/, { error: "a word of letters, digits and ._+-" }).optional(),
    installer: z.enum(["auto", "pip", "uv"]).optional(),
    policy: filePolicySchema.optional(),
  })
  .refine(({ requirements = [], projects = [] }) => requirements.length + projects.length > 0, { path: ["requirements"], error: "nothing is installed: give requirements, projects, or both" })
  .refine(({ wheels, index, extraIndexes = [] }) => wheels?.kind !== "house" || (index === undefined && extraIndexes.length === 0), {
    path: ["wheels"],
    error: "from a wheelhouse over there everything is installed, and no index is asked: leave index and extraIndexes out",
  })
  .transform((given) => ({
    root: given.root,
    requirements: given.requirements ?? [],
    constraints: given.constraints ?? [],
    projects: given.projects ?? [],
    python: given.python ?? "python3",
    layers: given.layers ?? [],
    basePrefix: given.basePrefix,
    wheels: given.wheels,
    index: given.index,
    extraIndexes: given.extraIndexes ?? [],
    requireHashes: given.requireHashes ?? false,
    onlyBinary: given.onlyBinary === true ? [":all:"] : given.onlyBinary === false ? [] : (given.onlyBinary ?? []),
    noDependencies: given.noDependencies ?? false,
    systemSitePackages: given.systemSitePackages ?? false,
    verify: given.verify ?? [],
    variant: given.variant,
    installer: given.installer ?? "auto",
    policy: given.policy,
  }));
