import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Cluster } from "../../cluster/src/index.js";

export const exampleProgram = fileURLToPath(new URL("../../../docs/examples/daily-processing/daily-processing.ts", import.meta.url));
export const weatherRecord = fileURLToPath(new URL("../../../node_modules/vega-datasets/data/seattle-weather.csv", import.meta.url));

/** The settings of the example's last layer: how to reach this cluster, as alice. */
export const exampleEnvironment = ({ login }: Cluster, product: string): Record<string, string> => ({
  PROCESSING_LOGIN_HOST: login.host,
  PROCESSING_LOGIN_PORT: String(login.port),
  PROCESSING_KNOWN_HOSTS: login.knownHosts,
  PROCESSING_PRIVATE_KEY: login.users.alice.privateKey,
  PROCESSING_RECORD: weatherRecord,
  PROCESSING_PRODUCT: product,
});

/** Runs the example as its own program, as a user would. It gets a signal of its own, and time to tidy up. */
export function runExample(cluster: Cluster, product: string, signal: AbortSignal): Promise<number> {
  const child = spawn(process.execPath, ["--conditions=@hpckit/source", "--import=tsx", exampleProgram], {
    stdio: "inherit",
    env: { ...process.env, ...exampleEnvironment(cluster, product) },
  });
  const interrupt = (): void => void child.kill("SIGINT");
  signal.addEventListener("abort", interrupt, { once: true });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      signal.removeEventListener("abort", interrupt);
      resolve(code ?? 130);
    });
  });
}
