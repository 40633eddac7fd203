import { posix } from "node:path";

/** Where the claims of a cluster's submissions are: flat, one small file for each key, and one for each that has started. */
export const claimFolder = (stateFolder: string, cluster: string): string => posix.join(stateFolder, "submissions", cluster);

export const attemptName = (token: string, attempt: number): string => `${token}.${attempt}`;

/** The fence: made by the first job of a token that starts. */
export const fenceName = (token: string): string => `${token}.run`;
