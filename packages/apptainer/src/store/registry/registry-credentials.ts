import { Secret } from "@hpckit/core";
import { z } from "zod";

/** Who signs in to a registry. The password is handed on by the environment, and never stands in arguments or messages. */
export interface RegistryCredentials {
  /** To which one, as references name it: `host`, `host:port`, or `docker.io`. No other one is told the password. */
  readonly registry: string;
  readonly username: string;
  readonly password: Secret;
}

export const credentialsSchema: z.ZodType<RegistryCredentials, RegistryCredentials> = z.strictObject({
  registry: z.string().regex(/^[\w.-]+(?::\d+)?$/, { error: "a host, or host:port" }),
  username: z.string().regex(/^[^:\0]+$/, { error: "a name without a colon" }),
  password: z.instanceof(Secret, { error: "a secret(…)" }),
});

/** Of Docker Hub, which references leave out. */
const hub = /^(?:docker\.io|index\.docker\.io|registry-1\.docker\.io)$/;
const nameOf = (registry: string | undefined): string => (registry === undefined || hub.test(registry) ? "docker.io" : registry);

/** The credentials, if they are for this registry. @param registry - undefined is Docker Hub. */
export const credentialsFor = (credentials: RegistryCredentials | undefined, registry: string | undefined): RegistryCredentials | undefined =>
  credentials !== undefined && nameOf(credentials.registry) === nameOf(registry) ? credentials : undefined;

/** What the engine takes them from, and tells every registry that it asks. @see apptainer(1), APPTAINER_DOCKER_USERNAME */
export const engineCredentials = (credentials: RegistryCredentials | undefined): Readonly<Record<string, string | Secret>> =>
  credentials === undefined ? {} : { APPTAINER_DOCKER_USERNAME: credentials.username, APPTAINER_DOCKER_PASSWORD: credentials.password };
