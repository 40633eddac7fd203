import { ensureDebianPackages, MissingRequirementError } from "../../system/src/index.js";
import { nothing, type Outcome } from "./stage.js";

/** Programs of Debian that tests use: shells that scripts must mean the same in, Tcl modules (the clusters have Lmod), an ssh server, the tar of macOS (bsdtar), Python for environments. */
const packages = ["bash", "dash", "fish", "tcsh", "zsh", "environment-modules", "openssh-client", "openssh-server", "libarchive-tools", "python3", "python3-venv", "sudo"] as const;

export async function ensureMachine(signal: AbortSignal): Promise<Outcome> {
  try {
    await ensureDebianPackages(packages, { signal });
    return { ...nothing, passed: packages.length };
  } catch (error) {
    if (error instanceof MissingRequirementError) return { ...nothing, skipped: [{ title: packages.join(", "), text: error.message }] };
    throw error;
  }
}
