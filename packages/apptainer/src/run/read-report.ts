import { OutputUnreadableError, type ExecResult } from "@hpckit/core";
import { gpuExit } from "../container/require-gpu.js";
import { adviceFor } from "./advice.js";
import type { ContainerOutcome, LostData } from "./container-outcome.js";
import { isRefusal, lossIn, reasonIn, withoutColours, type Loss } from "./engine-words.js";
import { lostExit, stages, type Stage } from "./guard.js";
import { signalOf } from "./signal-names.js";

export interface ReadReport {
  readonly outcome: ContainerOutcome;
  /** Of the command and of what stands left of the container, without the engine's and the guard's. */
  readonly stderr: string;
}

interface Report {
  /** Whether anything of the guard's was read. */
  readonly isMarked: boolean;
  readonly stage: Stage | undefined;
  readonly status: number | undefined;
  readonly engine: readonly string[];
  readonly stderr: string;
}

/**
 * Reads how a guarded launch ended from what its guard marked on standard error.
 * @throws OutputUnreadableError if the guard's last mark is missing, although no signal ended the launch.
 */
export function readReport(result: Pick<ExecResult, "exitCode" | "signal" | "stderr">, mark: string, accept: readonly Loss[] = []): ReadReport {
  const report = divide(result.stderr, mark);
  return { outcome: outcomeOf(report, result, accept), stderr: report.stderr };
}

function outcomeOf({ isMarked, stage, status, engine, stderr }: Report, result: Pick<ExecResult, "exitCode" | "signal">, accept: readonly Loss[]): ContainerOutcome {
  const losses = engine.flatMap((said): readonly LostData[] => {
    const loss = lossIn(said);
    return loss === undefined ? [] : [{ loss, said }];
  });
  const lost = losses.filter(({ loss, said }) => isRefusal(said) || !accept.includes(loss));
  const notes = engine.filter((line) => line.startsWith("WARNING:") && !lost.some(({ said }) => said === line));
  if (result.signal !== undefined) return { kind: "signalled", signal: result.signal, notes };
  if (stage === undefined || status === undefined) {
    // The guard was killed, and a shell around it tells so: the command may have begun.
    const killed = isMarked ? signalOf(result.exitCode ?? 0) : undefined;
    if (killed !== undefined) return { kind: "signalled", signal: killed, notes };
    // A setup left of the container failed before the guard stood.
    if (!isMarked && result.exitCode !== undefined && result.exitCode !== 0) return { kind: "never-started", because: "setup", reason: lastLine(stderr) ?? `the setup ended with status ${result.exitCode}`, advice: undefined, lost, notes };
    throw new OutputUnreadableError("guarded container", "no last mark of the guard", stderr);
  }
  const signal = signalOf(status);
  if (stage === "started") return signal === undefined ? { kind: "exited", exitCode: status, notes } : { kind: "signalled", signal, notes };
  if (stage === "inside" && (status === lostExit || status === gpuExit) && lost.length > 0) {
    const reason = lost.map(({ said }) => said).join("; ");
    return { kind: "never-started", because: "lost-data", reason, advice: adviceFor(reason), lost, notes };
  }
  if (signal !== undefined) return { kind: "never-started", because: "signal", reason: `${signal} came before the command had started`, advice: undefined, lost, notes };
  const reason = stage === "outside" ? reasonIn(engine) : undefined;
  if (reason === undefined) return { kind: "never-started", because: "setup", reason: lastLine(stderr) ?? `a step before the command ended with status ${status}`, advice: undefined, lost, notes };
  return reason.startsWith("Error for command") ? { kind: "usage-failure", reason, notes } : { kind: "runtime-failure", reason, advice: adviceFor(reason), notes };
}

/** The engine's words stand behind the marks `entered` and `left`; all else is the command's, or of what stands left of the container. */
function divide(text: string, mark: string): Report {
  const [before = "", ...marked] = text.split(`\n${mark} `);
  const engine: string[] = [];
  const rest = [before];
  let stage: Stage | undefined;
  let status: number | undefined;
  for (const piece of marked) {
    const [, word = "", code, body = ""] = /^(\w+)(?: (\d+))?(?:\n([^]*))?$/.exec(piece) ?? [];
    const isEngine = word === "entered" || word === "left";
    (isEngine ? engine : rest).push(body);
    if (code === undefined) continue;
    stage = stages.find((each) => each === word);
    status = Number(code);
  }
  return { isMarked: marked.length > 0, stage, status, engine: withoutColours(engine.join("\n")).split("\n").filter((line) => line !== ""), stderr: rest.join("") };
}

function lastLine(text: string): string | undefined {
  const last = text.trimEnd().split("\n").at(-1);
  return last === "" ? undefined : last;
}
