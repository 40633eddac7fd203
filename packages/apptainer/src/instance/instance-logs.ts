import { lines, parseOptions, raw, requireTransport, sh, type Cancellable, type ExecStream, type Transport } from "@hpckit/core";
import { z } from "zod";
import { instanceName } from "../image/image.js";
import { instanceFunctions } from "./instance-functions.js";

export interface InstanceLogOptions extends Cancellable {
  /** Which of its two logs (default: `out`). */
  readonly of?: "out" | "err" | undefined;
  /** So many lines of its end (default: all). */
  readonly lastLines?: number | undefined;
  /** Goes on as it grows, until the loop is left. */
  readonly follow?: boolean | undefined;
}

const optionsSchema: z.ZodType<Omit<InstanceLogOptions, "signal">, Omit<InstanceLogOptions, "signal">> = z.strictObject({
  of: z.enum(["out", "err"]).optional(),
  lastLines: z.int().nonnegative().optional(),
  follow: z.boolean().optional(),
});

/**
 * What an instance of this machine has written, also after its end: a new start of the same name goes on in the same file.
 * A name that never had a log ends with a failure in `result`.
 */
export function instanceLogs(on: Transport, name: string, { signal, ...options }: InstanceLogOptions = {}): ExecStream {
  requireTransport(on, "instanceLogs");
  const called = parseOptions(instanceName, name, "instanceLogs");
  const { of = "out", lastLines, follow = false } = parseOptions(optionsSchema, options, "instanceLogs");
  const from = lastLines === undefined ? "+1" : String(lastLines);
  const script = lines(
    instanceFunctions,
    sh`
      hpckit_log="$hpckit_books/logs/$hpckit_host/$hpckit_user"/${`${called}.${of}`}
      if [ ! -e "$hpckit_log" ]; then printf 'hpckit: there is no %s\n' "$hpckit_log" >&2; exit 1; fi
      exec tail -n ${from} ${follow ? raw("-F") : raw("")} -- "$hpckit_log"
    `,
  );
  return on.stream(["sh", "-c", script.shell], { signal });
}
