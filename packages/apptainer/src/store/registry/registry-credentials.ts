import { Secret } from "@hpckit/core";
import { z } from "zod";

/** Who signs in to a registry. The password is handed on by the environment, and never stands in arguments or messages. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: Secret;
}

export const credentialsSchema: z.ZodType<RegistryCredentials, RegistryCredentials> = z.strictObject({
  username: z.string().regex(/^[^:\0]+$/, { error: "a name without a colon" }),
  password: z.instanceof(Secret, { error: "a secret(…)" }),
});

/** What the engine takes them from. @see apptainer(1), APPTAINER_DOCKER_USERNAME */
export const engineCredentials = (credentials: RegistryCredentials | undefined): Readonly<Record<string, string | Secret>> =>
  credentials === undefined ? {} : { APPTAINER_DOCKER_USERNAME: credentials.username, APPTAINER_DOCKER_PASSWORD: credentials.password };
