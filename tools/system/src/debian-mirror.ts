import { execa } from "execa";
import { MissingRequirementError } from "./requirements.js";

/**
 * The mirror of the Debian archive that this machine's own apt uses, so that no address stands in any file.
 * `HPCKIT_DEBIAN_MIRROR` overrides it, as is needed on Ubuntu, whose archive has other suites.
 */
export async function findDebianMirror(): Promise<string> {
  const chosen = process.env["HPCKIT_DEBIAN_MIRROR"];
  if (chosen) return chosen;
  const { stdout } = await execa("apt-get", ["indextargets", "--format", "$(LABEL)|$(REPO_URI)", "Created-By: Packages", "Origin: Debian"], {
    reject: false,
  });
  const mirror = parseIndexTargets(stdout);
  if (mirror === undefined) {
    throw new MissingRequirementError("Building a Debian root", [
      "apt knows no Debian mirror (after `apt-get update`): name one in HPCKIT_DEBIAN_MIRROR",
    ]);
  }
  return mirror;
}

/** The security archive carries the same origin but lacks most packages; its label tells it apart. */
export function parseIndexTargets(text: string): string | undefined {
  for (const line of text.split("\n")) {
    const [label, address] = line.split("|");
    if (label === "Debian" && address) return address;
  }
  return undefined;
}
