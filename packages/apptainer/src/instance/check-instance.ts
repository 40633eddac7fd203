import { compose, OptionsError, requireTransport, TransportError, type Cancellable, type Transport } from "@hpckit/core";
import { containerLayer } from "../container/container-layer.js";
import { instance as instanceNamed } from "../image/image.js";
import { runInContainer } from "../run/run-in-container.js";
import { findInstance } from "./find-instance.js";
import type { InstanceLookup } from "./instance-state.js";

/** What a healthy instance does: a command inside that exits with 0, a file inside, or a port of its machine that takes a connection. */
export type InstanceProbe = { readonly command: readonly string[] } | { readonly file: string } | { readonly port: number };

export type InstanceHealth =
  | { readonly kind: "healthy" }
  | { readonly kind: "unhealthy"; readonly reason: string }
  /** The engine could not bring the command in, or the image has no such program: nothing is said of the instance. */
  | { readonly kind: "unknown"; readonly reason: string }
  /** It does not run, or nothing that it was started for does: there was nothing to ask. */
  | { readonly kind: "not-running"; readonly state: InstanceLookup };

export interface CheckInstanceOptions extends Cancellable {
  readonly program?: string | undefined;
  /** Milliseconds for the command (default: 10 seconds). */
  readonly timeoutMs?: number | undefined;
}

/**
 * Asks an instance whether it works: that its processes are there says little.
 * @throws TimeoutError if a command does not end.
 */
export async function checkInstance(on: Transport, name: string, probe: InstanceProbe, options: CheckInstanceOptions = {}): Promise<InstanceHealth> {
  requireTransport(on, "checkInstance");
  const state = await findInstance(on, name, { signal: options.signal });
  if (state.kind !== "running") return { kind: "not-running", state };
  if ("port" in probe) return checkPort(on, probe.port, options);
  const argv = "file" in probe ? ["test", "-e", probe.file] : probe.command;
  if (argv.length === 0) throw new OptionsError("checkInstance", [{ path: "command", message: "a command has at least one word" }]);
  const layer = containerLayer(instanceNamed(name), { program: options.program });
  const { outcome, stderr } = await runInContainer(compose(argv, [layer]), on, { signal: options.signal, timeoutMs: options.timeoutMs ?? 10_000, accept: ["working-folder"] });
  if ("reason" in outcome) return { kind: "unknown", reason: outcome.reason };
  if (outcome.kind === "exited" && outcome.exitCode === 0) return { kind: "healthy" };
  if ("file" in probe && outcome.kind === "exited") return { kind: "unhealthy", reason: `${probe.file} is not there` };
  return { kind: "unhealthy", reason: `${argv.join(" ")}: ${outcome.kind === "exited" ? `exit code ${outcome.exitCode}` : outcome.signal}${stderr.trim() === "" ? "" : `: ${stderr.trim()}`}` };
}

async function checkPort(on: Transport, port: number, { signal }: Cancellable): Promise<InstanceHealth> {
  try {
    (await on.connect({ host: "127.0.0.1", port }, { signal })).destroy();
    return { kind: "healthy" };
  } catch (error) {
    if (!(error instanceof TransportError) || error.code === "connection-lost") throw error;
    return { kind: "unhealthy", reason: `nothing answers at port ${port}: ${error.message}` };
  }
}
