import type { Launch, Recipe } from "@hpckit/core";
import { z } from "zod";

const isLaunch = (value: unknown): value is Recipe | Launch =>
  typeof value === "object" && value !== null && "argv" in value && Array.isArray(value.argv) && value.argv.length > 0 && ("layers" in value || "setup" in value);

export const launchSchema: z.ZodType<Recipe | Launch, Recipe | Launch> = z.custom<Recipe | Launch>(isLaunch, { error: "a recipe made by compose(), or a launch made by prepare()" });
