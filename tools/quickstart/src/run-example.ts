import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Cluster } from "../../cluster/src/index.js";

export const exampleProgram = fileURLToPath(new URL("../../../docs/examples/daily-processing/daily-processing.ts", import.meta.url));
export const weatherRecord = fileURLToPath(new URL("../../../node_modules/vega-datasets/data/seattle-weather.csv", import.meta.url));

/** How long the example may take to cancel its job and to sweep. */
const graceMs = 60_000;

/** The settings of the example's last layer: how to reach this cluster, as alice. */
export const exampleEnvironment = ({ login }: Cluster, product: string): Record<string, string> => ({
  PROCESSING_LOGIN_HOST: login.host,
  PROCESSING_LOGIN_PORT: String(login.port),
  PROCESSING_KNOWN_HOSTS: login.knownHosts,
  PROCESSING_PRIVATE_KEY: login.users.alice.privateKey,
  PROCESSING_RECORD: weatherRecord,
  PROCESSING_PRODUCT: product,
});

/** Runs the example as its own program, as a user would, and gives its exit status. Interrupted, it gets time to tidy up. */
export function runExample(cluster: Cluster, product: string, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  // Where this process is killed, the example ends too, rather than look for a cluster that is gone.
  const child = spawn("setpriv", ["--pdeathsig=KILL", process.execPath, "--conditions=@hpckit/source", "--import=tsx", exampleProgram], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...exampleEnvironment(cluster, product) },
    // Out of the terminal's foreground group: it is interrupted once, from here, however many signals come.
    detached: true,
  });
  let patience: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    child.kill("SIGINT");
    patience = setTimeout(() => child.kill("SIGKILL"), graceMs);
  };
  signal.addEventListener("abort", interrupt, { once: true });
  return new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  }).finally(() => {
    clearTimeout(patience);
    signal.removeEventListener("abort", interrupt);
  });
}
