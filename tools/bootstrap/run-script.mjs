import { spawn } from "node:child_process";
import { join } from "node:path";

/**
 * Runs a TypeScript program of the repository with the sources of the packages, and ends as it ends.
 * A terminal's Ctrl-C reaches the program itself; it is waited for, so that it can tidy up.
 * @param {string} root the checkout
 * @param {string} path the program, inside the checkout
 * @param {readonly string[]} args
 */
export function runScript(root, path, args) {
  const tsx = join(root, "node_modules", "tsx", "dist", "cli.mjs");
  const child = spawn(process.execPath, [tsx, "-C", "@hpckit/source", join(root, path), ...args], { cwd: root, stdio: "inherit" });
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("close", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
}
