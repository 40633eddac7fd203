import { z } from "zod";
import { environmentPath } from "./environment-path.js";

/**
 * A package of one's own, with what it depends on.
 * - a path of this machine: a folder with a `pyproject.toml` or `setup.py`, which is brought over there and built, or a wheel or
 *   source archive;
 * - `editable`: a folder over there, of which the environment holds a link alone. Its code is no part of the environment's name,
 *   and changes under running jobs: for sandboxes, never for what runs by schedule.
 */
export type ProjectInput = string | { readonly path: string; readonly extras?: readonly string[] | undefined } | { readonly editable: string; readonly extras?: readonly string[] | undefined };

export type Project = { readonly kind: "brought"; readonly path: string; readonly extras: readonly string[] } | { readonly kind: "editable"; readonly folder: string; readonly extras: readonly string[] };

/** @see PEP 508, names of extras */
const extras = z.array(z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/, { error: "not the name of an extra" })).optional();

export const projectSchema: z.ZodType<Project, ProjectInput> = z
  .union([z.string().min(1), z.strictObject({ path: z.string().min(1), extras }), z.strictObject({ editable: environmentPath, extras })], {
    error: "a path of this machine, { path, extras }, or { editable: an absolute folder over there, extras }",
  })
  .transform((given): Project => {
    if (typeof given === "string") return { kind: "brought", path: given, extras: [] };
    const { extras = [] } = given;
    return "path" in given ? { kind: "brought", path: given.path, extras } : { kind: "editable", folder: given.editable, extras };
  });
