import { Secret } from "@hpckit/core";
import { z } from "zod";

/** Address of a package index, as pip takes it; a `secret` where it holds a password. */
export type IndexAddress = string | Secret;

export const indexSchema: z.ZodType<IndexAddress, IndexAddress> = z
  .union([z.instanceof(Secret), z.url({ protocol: /^(?:https?|file)$/ })], {
    error: "an address such as https://packages.example.edu/simple, or a secret that holds one",
  })
  .refine((index) => index instanceof Secret || !hasPassword(index), { error: "it holds a password, or a token in the place of a name: give it as secret(…)" });

function hasPassword(address: string): boolean {
  const { username, password } = new URL(address);
  return username !== "" || password !== "";
}
