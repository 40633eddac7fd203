import { sh, type ShellExpression, type Word } from "@hpckit/core";
import { z } from "zod";

/** Whose signature an image must bear: of a key in PEM at an absolute path over there, or of one in the account's own keyring. */
export type SignedBy = { readonly publicKey: string } | "keyring";

export const signedBySchema: z.ZodType<SignedBy, SignedBy> = z.union([z.literal("keyring"), z.strictObject({ publicKey: z.string().regex(/^\/[^\0]+$/, { error: "not an absolute path" }) })], {
  error: '"keyring", or { publicKey } with an absolute path over there',
});

/** Without `--local` the engine asks a key server, which anybody may have given a key. @see apptainer-verify(1) */
export const renderVerify = (program: string, signedBy: SignedBy, image: Word): ShellExpression =>
  sh`${program} verify --all ${signedBy === "keyring" ? ["--local"] : ["--key", signedBy.publicKey]} ${image} </dev/null 2>&1`;

/** Names whose signature it is, where that makes another image of the same source. */
export const signerName = (signedBy: SignedBy | undefined): string | undefined => (signedBy === undefined || signedBy === "keyring" ? signedBy : signedBy.publicKey);
