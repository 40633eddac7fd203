// Plain JavaScript without imports of others: this runs before anything is installed.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";

/**
 * Installs what the lock file names, unless it is there already. Ends the process, saying why, where that cannot be.
 * @param {string} root the checkout
 * @returns {Promise<boolean>} whether anything was installed
 */
export async function ensureInstalled(root) {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) give(`Node ${process.versions.node} is too old: install 20.19 or newer`);
  if (isInstalled(root)) return false;
  console.log("installing what package-lock.json names (npm ci)");
  const { status, error } = await run("npm", ["ci", "--no-audit", "--no-fund"], root);
  if (error !== undefined) give(`npm could not be started: ${error.message}`);
  if (status !== 0) give("npm ci failed; see above");
  return true;
}

/** Whether npm's record of what is installed agrees with the lock file, other platforms' packages aside. */
export function isInstalled(root) {
  const wanted = readPackages(join(root, "package-lock.json"));
  const present = readPackages(join(root, "node_modules", ".package-lock.json"));
  return Object.entries(wanted).every(
    ([path, entry]) => !path.includes("node_modules/") || entry.optional || isSame(present[path], entry),
  );
}

function isSame(present, wanted) {
  return present !== undefined && present.version === wanted.version && present.integrity === wanted.integrity;
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return {};
  }
}

/** An interruption may reach this process alone: it is handed on, and ends this process once the other has ended. */
function run(program, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, stdio: "inherit" });
    let interruption;
    const handOn = (signal) => {
      if (interruption === undefined) console.log(`\n${signal}: ${program} is stopping, which may take some seconds …`);
      interruption ??= signal;
      child.kill(signal);
    };
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.on(signal, handOn);
    child.once("error", (error) => resolve({ error }));
    child.once("close", (status) => {
      for (const signal of signals) process.off(signal, handOn);
      if (interruption !== undefined) process.exit(128 + constants.signals[interruption]);
      resolve({ status });
    });
  });
}

function give(message) {
  console.error(message);
  process.exit(1);
}
