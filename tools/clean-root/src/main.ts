import { constants } from "node:os";
import { createCleanRoot } from "./clean-root.js";

/** `npm run clean-root -- 'npm run quickstart' 'npm run quickstart'`: first with nothing cached, then once more. */
const commands = process.argv.slice(2);
const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    process.exitCode = 128 + constants.signals[name];
    interruption.abort(new Error(`interrupted by ${name}`));
  });
}

if (commands.length === 0) {
  console.error("npm run clean-root -- COMMAND…, each in quotes: runs them one after the other in a fresh clone on a clean Debian");
  process.exitCode = 2;
} else {
  try {
    await runAll();
  } catch (error) {
    process.exitCode ??= 1;
    console.error(error instanceof Error ? error.message : String(error));
  }
}

async function runAll(): Promise<void> {
  const { signal } = interruption;
  await using root = await createCleanRoot({ signal, onProgress: ({ step, seconds }) => seconds !== undefined && console.log(`${step}: ${seconds.toFixed(1)} s`) });
  for (const command of commands) {
    console.log(`\n$ ${command}`);
    const start = performance.now();
    const status = await root.run(command);
    console.log(`\n${command}: exit status ${status} after ${((performance.now() - start) / 1000).toFixed(1)} s`);
    if (status !== 0) process.exitCode = status;
  }
}
