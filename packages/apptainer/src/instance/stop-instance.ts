import { cancellableShape, lines, OutputUnreadableError, parseOptions, raw, requireTransport, sh, type Cancellable, type ShellExpression, type Transport } from "@hpckit/core";
import { z } from "zod";
import { programSchema } from "../engine/program.js";
import { instanceName } from "../image/image.js";
import { endFunctions } from "../run/end-functions.js";
import { sweepLeftovers } from "../run/sweep-leftovers.js";
import { scrubVariables } from "../variable/host-variables.js";
import { findInstance } from "./find-instance.js";
import { InstanceError } from "./instance-error.js";
import { instanceFunctions } from "./instance-functions.js";

export interface StopInstanceOptions extends Cancellable {
  /** Sent first (default: `TERM`). The engine hands it to what was started in the instance. */
  readonly stopSignal?: string | undefined;
  /** KILL after so many seconds (default: 10). */
  readonly timeoutSeconds?: number | undefined;
  /** The file that it was started with. It is removed if it names this instance's process. */
  readonly pidFile?: string | undefined;
  readonly program?: string | undefined;
}

/** `stopped`: nothing of it is left; `unknown`: it belongs to another machine, and was left alone. */
export type StopResult =
  | { readonly kind: "stopped"; readonly forced: boolean }
  | { readonly kind: "not-found" }
  | { readonly kind: "unknown"; readonly host: string };

const optionsSchema: z.ZodType<StopInstanceOptions, StopInstanceOptions> = z.strictObject({
  ...cancellableShape,
  stopSignal: z.string().regex(/^[A-Z][A-Z0-9]*$/, { error: "a signal without SIG: TERM" }).optional(),
  timeoutSeconds: z.int().nonnegative().optional(),
  pidFile: z.string().startsWith("/").optional(),
  program: programSchema,
});

/**
 * Ends an instance on the transport's machine. One that is not there is no error.
 *
 * Guarantees: `stopped` ⇒ all its processes are gone, with the engine's monitor and the FUSE mounts behind it, and so are its
 * file in the engine's books and its PID file. Logs stay. No other instance's process is touched.
 * @throws InstanceError `instance-not-stopped` if something of it survived.
 */
export async function stopInstance(on: Transport, name: string, options: StopInstanceOptions = {}): Promise<StopResult> {
  requireTransport(on, "stopInstance");
  const given = parseOptions(optionsSchema, options, "stopInstance");
  const called = parseOptions(instanceName, name, "stopInstance");
  const { stdout } = await on.exec(["sh", "-c", renderStop(called, given).shell], { signal: given.signal, check: true });
  const [, word] = /^hpckit (absent|cleared|stopped|forced|survived)$/m.exec(stdout) ?? [];
  switch (word) {
    case "stopped":
      return { kind: "stopped", forced: false };
    case "forced":
    case "cleared":
      // Where its monitor was killed, what served its image goes on, and no book tells of it.
      await sweepLeftovers(on, { signal: given.signal });
      return { kind: "stopped", forced: word === "forced" };
    case "absent": {
      const elsewhere = await findInstance(on, called, { signal: given.signal });
      return elsewhere.kind === "unknown" ? { kind: "unknown", host: elsewhere.host } : { kind: "not-found" };
    }
    case "survived":
      throw new InstanceError("instance-not-stopped", `processes of the instance ${called} on ${on.target.host} survived KILL: they wait for a disk or a network, see ps`, { detail: { name: called } });
    default:
      throw new OutputUnreadableError("stopInstance", "no word on how it ended", stdout);
  }
}

/** Of two starts at once the engine may forget one, which then runs on in no book (1.4.5): such are strays under the name. */
function renderStop(name: string, { stopSignal = "TERM", timeoutSeconds = 10, pidFile, program = "apptainer" }: StopInstanceOptions): ShellExpression {
  return lines(
    instanceFunctions,
    endFunctions,
    raw(scrubVariables([]).shell),
    sh`
      hpckit_pid_file=${pidFile ?? ""}
      hpckit_forget() {
        rm -f -- "$hpckit_file"
        rmdir -- "\${hpckit_file%/*}" 2>/dev/null
        if [ -n "$hpckit_pid_file" ] && [ "$(cat -- "$hpckit_pid_file" 2>/dev/null)" = "$hpckit_pid" ]; then rm -f -- "$hpckit_pid_file"; fi
      }
      hpckit_stray() {
        for hpckit_other in "$hpckit_books"/app/*/"$hpckit_user"/${name}/${`${name}.json`}; do
          if [ -e "$hpckit_other" ]; then return; fi
        done
        for hpckit_process in /proc/[0-9]*; do
          [ -O "$hpckit_process" ] && [ "$(tr -d '\0' 2>/dev/null < "$hpckit_process/cmdline")" = "Apptainer instance: $hpckit_user ["${name}"]" ] || continue
          hpckit_users=$(readlink "$hpckit_process/ns/user") || continue
          hpckit_pids=
          hpckit_kill
          if hpckit_gone 50 && [ ! -d "$hpckit_process" ]; then hpckit_how=forced; else hpckit_how=survived; return; fi
        done
      }
      hpckit_how=absent
      if ! hpckit_book ${name}; then hpckit_stray; echo "hpckit $hpckit_how"; exit 0; fi
      if ! hpckit_alive ${name}; then hpckit_how=cleared; hpckit_forget; hpckit_stray; echo "hpckit $hpckit_how"; exit 0; fi
      hpckit_users=$(readlink "/proc/$hpckit_pid/ns/user")
      hpckit_pids=$(readlink "/proc/$hpckit_pid/ns/pid")
      hpckit_how=stopped
      hpckit_said=$(${program} instance stop --signal ${stopSignal} --timeout ${timeoutSeconds} ${name} 2>&1)
      case $hpckit_said in *'(Timeout)'*) hpckit_how=forced ;; esac
      if ! hpckit_gone 30; then
        hpckit_how=forced
        hpckit_kill
        hpckit_gone 50 || hpckit_how=survived
      fi
      if [ "$hpckit_how" != survived ]; then hpckit_forget; hpckit_stray; fi
      echo "hpckit $hpckit_how"
    `,
  );
}
