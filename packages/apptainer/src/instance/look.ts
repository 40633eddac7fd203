import { lines, OutputUnreadableError, sh, type ShellExpression } from "@hpckit/core";
import { z } from "zod";
import { instanceFunctions, instanceMark } from "./instance-functions.js";
import type { InstanceState } from "./instance-state.js";

/**
 * Reports every instance of the account in the engine's books, of this machine and of others, a line each. A container whose ranks share
 * name spaces (`--sharens`) has a book, too, and is no instance: the engine lists it only with `--all`.
 */
export const renderLook = (): ShellExpression =>
  lines(
    instanceFunctions,
    sh`
      hpckit_text() { sed 's/"config":"[^"]*",//' "$1" 2>/dev/null; }
      for hpckit_one in "$hpckit_books"/app/*/"$hpckit_user"/*/*.json; do
        [ -r "$hpckit_one" ] || continue
        hpckit_json=$(hpckit_text "$hpckit_one")
        case $hpckit_json in
          *'"sharensMode":true'*) continue ;;
          *'}') ;;
          *) # emptied before it is written anew, or gone with its instance
            sleep 0.3
            hpckit_json=$(hpckit_text "$hpckit_one")
            [ -e "$hpckit_one" ] || continue
            ;;
        esac
        hpckit_at=\${hpckit_one#"$hpckit_books"/app/}
        hpckit_at=\${hpckit_at%%/*}
        hpckit_name=\${hpckit_one##*/}
        hpckit_name=\${hpckit_name%.json}
        hpckit_state=elsewhere hpckit_ticks=- hpckit_job=- hpckit_payload=-
        if [ "$hpckit_at" = "$hpckit_host" ]; then
          hpckit_state=dead
          if hpckit_book "$hpckit_name" && hpckit_alive "$hpckit_name"; then
            hpckit_state=alive
            hpckit_job=$(tr '\0' '\n' < "/proc/$hpckit_pid/environ" 2>/dev/null | sed -n 's/.*${instanceMark}[^0-9a-f]*\([0-9a-f]*:[0-9]*\).*/\1/p' | head -n 1)
            hpckit_payload=$(ps -o pid= -o stat= --ppid "$hpckit_pid" | awk '$2 !~ /^Z/ { printf "%s,", $1 }')
          fi
        fi
        printf '%s %s %s %s %s %s\n' "$hpckit_at" "$hpckit_state" "$hpckit_ticks" "\${hpckit_job:--}" "\${hpckit_payload:--}" "$hpckit_json"
      done
    `,
  );

const bookSchema = z.object({ pid: z.int(), name: z.string(), image: z.string(), logErrPath: z.string(), logOutPath: z.string() });

/**
 * Reads what {@link renderLook} printed. The engine's configuration, which holds the variables of the instance, never leaves the machine.
 * @throws OutputUnreadableError for a line that is no report.
 */
export function parseLook(stdout: string): readonly InstanceState[] {
  return stdout.split("\n").filter((line) => line !== "").map((line) => {
    const [, host, state, ticks, mark = "-", payload = "-", json = ""] = /^(\S+) (elsewhere|dead|alive) (\S+) (\S+) (\S+) (\{.*\})$/.exec(line) ?? [];
    const book = host === undefined ? undefined : readBook(json);
    if (host === undefined || book === undefined) throw new OutputUnreadableError("list of instances", "a line that is no report", line);
    const facts = { name: book.name, host, pid: book.pid, image: book.image, logs: { out: book.logOutPath, err: book.logErrPath } };
    if (state === "elsewhere") return { kind: "unknown", ...facts };
    if (state === "dead") return { kind: "dead-but-listed", ...facts };
    const [digest = "", job = ""] = mark === "-" ? [] : mark.split(":");
    const live = { ...facts, startTicks: Number(ticks), configDigest: digest === "" ? undefined : digest, jobId: job === "" ? undefined : job };
    const pids = payload.split(",").filter((pid) => /^\d+$/.test(pid)).map(Number);
    return pids.length === 0 ? { kind: "idle", ...live } : { kind: "running", ...live, payload: pids };
  });
}

function readBook(json: string): z.infer<typeof bookSchema> | undefined {
  try {
    return bookSchema.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}
