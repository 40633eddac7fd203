import { z } from "zod";

/** Under it stands what a link led to before. */
export const previousOf = (link: string): string => `${link}.previous`;

/** What a content folder is called, and the link that publishes it: no name for a link of one's own. */
const contentName = /^[0-9a-f]{16,}(?:-[0-9a-f]+)?$/;

/** The name of a link beside the folders that it leads to, e.g. `main`, `develop`, `sandbox-alice`. */
export const linkNameSchema: z.ZodType<string, string> = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]*$/, { error: "a name such as main or sandbox-alice: letters, digits and ._-" })
  .refine((name) => !name.endsWith(".previous"), { error: "what a link led to before stands under that name" })
  .refine((name) => !contentName.test(name), { error: "environments themselves have such names" });
