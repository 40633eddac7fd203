import type { RootSpec } from "./root-spec.js";

/** Where the newest cluster shows it: `apptainer build x.sif /shared/images/debian-root` needs no registry. */
export const IMAGE_ROOT_IN_CLUSTER = "/shared/images/debian-root";

/** A small Debian with Python, the source of container images that users of the cluster build. */
export function imageRootSpec(): RootSpec {
  return {
    name: "image",
    suite: "trixie",
    packages: ["python3", "python3-venv", "ca-certificates"],
    // Whoever builds an image reads every file: an ordinary user here.
    prepare: "chmod -R a+rX /etc /root /var\n",
  };
}
