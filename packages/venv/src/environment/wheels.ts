import { z } from "zod";
import { environmentPath } from "./environment-path.js";

/** A folder of this machine, or one over there that never changes. */
export type WheelsInput = string | { readonly folder: string };

export type Wheels = { readonly kind: "brought"; readonly path: string } | { readonly kind: "house"; readonly folder: string };

/** What else is known of a wheelhouse does not matter here, so that one can be given as it was returned. */
const house = z.object({ folder: environmentPath });

export const wheelsSchema: z.ZodType<Wheels, WheelsInput> = z
  .union([z.string().min(1), house], { error: "a folder of this machine, or a wheelhouse over there: { folder }" })
  .transform((given): Wheels => (typeof given === "string" ? { kind: "brought", path: given } : { kind: "house", folder: given.folder }));
