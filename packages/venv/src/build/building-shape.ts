import { callbackSchema, cancellableShape, type LaunchLayer, type ResolveOptions } from "@hpckit/core";
import { z } from "zod";
import { layerSchema } from "../environment/python-env-schema.js";

/** {@link ResolveOptions} as callers give them, with nothing or `undefined` for what they leave open. */
export interface BuildingOptions extends Partial<Omit<ResolveOptions, "within">> {
  readonly within?: readonly LaunchLayer[] | undefined;
}

export const buildingShape = { within: z.array(layerSchema).optional(), onProgress: callbackSchema<(line: string) => void>().optional(), ...cancellableShape };

export const buildingSchema: z.ZodType<BuildingOptions, BuildingOptions> = z.strictObject(buildingShape);
