import { resolve } from "node:path";
import { ensureInstalled } from "./install.mjs";

/**
 * Makes ready for a program of the repository, from whatever state the checkout is in: afterwards this very process can
 * import TypeScript. With no process in between, a signal reaches the program whether it was sent to the terminal's whole
 * foreground group or, by a supervisor, to npm alone. The scripts of package.json begin with `exec` for the same reason:
 * npm's shell would die of a signal without waiting for the program.
 */
export async function prepareCheckout() {
  await ensureInstalled(resolve(import.meta.dirname, "../.."));
  const { register } = await import("tsx/esm/api");
  register();
}
