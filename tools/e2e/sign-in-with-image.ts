import { buildImage, type SifImage } from "@hpckit/apptainer";
import type { Transport } from "@hpckit/core";
import { signIn } from "./sign-in.js";

/** Signs in to the cluster that has Apptainer, and makes an image of Debian in a new folder. @param name - of the image's file. */
export async function signInWithImage(folder: string, name = "image.sif"): Promise<{ readonly login: Transport; readonly image: SifImage }> {
  const login = await signIn("newest");
  await login.mkdir(folder);
  const { image } = await buildImage(login, { from: { folder: "/shared/images/debian-root" }, to: `${folder}/${name}` });
  return { login, image };
}
