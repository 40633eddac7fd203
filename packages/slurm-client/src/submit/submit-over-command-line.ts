import { randomUUID } from "node:crypto";
import { TransportError, type Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import type { SubmitRequestsOptions } from "../backend/slurm-backend.js";
import { renderCleanStart } from "../cluster/slurm-command.js";
import { renderHeader, type FoundClaims } from "./claim-record.js";
import { renderClaimScript, renderRecordScript, type ScriptedAnswer } from "./claim-script.js";
import { parseForgetAnswers, renderForgetScript, type ForgetAnswer, type ForgetPlaces, type JudgedRecords } from "./forget-script.js";
import { parseLook, readSubmitAnswers, type ScriptAnswer } from "./submit-frames.js";
import type { ClaimVerdict, SubmitRequest } from "./submit-request.js";
import { renderSbatch } from "./sbatch-arguments.js";
import { renderLookScript, renderSettleScript, renderSubmitScript, type ScriptedSubmission } from "./submit-script.js";

/** sbatch itself waits up to two minutes for a queue that is full. */
const firstTimeoutMs = 300_000;
const eachTimeoutMs = 2000;

export const scripted = ({ header, spec, ...request }: SubmitRequest): ScriptedSubmission => ({
  ...request,
  header: renderHeader(header),
  workFolder: spec.workFolder,
  argv: renderSbatch(spec),
});

/** The shell that makes submissions, as it is sent: a person can read what will be done. */
export const renderSubmissions = (folder: string, requests: readonly SubmitRequest[], marker: string): string =>
  `${renderSubmitScript(folder, marker, requests.map(scripted)).shell}\n`;

const newMarker = (): string => `hpckit-${randomUUID()}`;

/** A shell in a clean environment that reads its script from standard input: its length has no limit there, and no process shows it. */
export const cleanShell = ({ programs }: CommandLine): readonly string[] => ["/bin/sh", "-c", renderCleanStart(programs, ["/bin/sh"]).shell];

/** Claims, queues and records any number of jobs in one round trip. */
export async function submitOverCommandLine(commandLine: CommandLine, requests: readonly SubmitRequest[], { claimFolder, signal, onAnswer }: SubmitRequestsOptions): Promise<void> {
  const timeoutMs = firstTimeoutMs + eachTimeoutMs * requests.length;
  await runScript(commandLine, claimFolder, (marker) => renderSubmissions(claimFolder, requests, marker), (answer, index) => answer.kind !== "claimed" && onAnswer(answer, index), { signal, timeoutMs });
}

/** Claims any number of keys in one round trip, for jobs that another way queues. */
export const claimOverCommandLine = (commandLine: CommandLine, requests: readonly SubmitRequest[], { claimFolder, signal }: Pick<SubmitRequestsOptions, "claimFolder" | "signal">, onAnswer: (answer: ScriptAnswer, index: number) => void): Promise<void> =>
  runScript(commandLine, claimFolder, (marker) => `${renderClaimScript(claimFolder, marker, requests.map(scripted)).shell}\n`, onAnswer, { signal, timeoutMs: 120_000 });

/** Records what became of attempts that were claimed, in one round trip. */
export const recordOverCommandLine = (commandLine: CommandLine, answers: readonly ScriptedAnswer[], { claimFolder, signal }: Pick<SubmitRequestsOptions, "claimFolder" | "signal">, onAnswer: (answer: ScriptAnswer, index: number) => void): Promise<void> =>
  runScript(commandLine, claimFolder, (marker) => `${renderRecordScript(claimFolder, marker, answers).shell}\n`, onAnswer, { signal, timeoutMs: 120_000 });

async function runScript(commandLine: CommandLine, folder: string, render: (marker: string) => string, onAnswer: (answer: ScriptAnswer, index: number) => void, options: Cancellable & { readonly timeoutMs: number }): Promise<void> {
  const marker = newMarker();
  const answers = readSubmitAnswers(marker, folder, onAnswer);
  const stream = commandLine.transport.stream(cleanShell(commandLine), { stdin: render(marker), ...options });
  for await (const piece of stream) answers.push(piece);
  const { stderr } = await stream.result;
  if (!answers.isDone()) throw new TransportError("reply-incomplete", `the script that submits did not come to its end${stderr === "" ? "" : `: ${stderr.trim().slice(-500)}`}`);
}

/** What is recorded of each token, and the time over there. */
export async function lookOverCommandLine(commandLine: CommandLine, folder: string, tokens: readonly string[], { signal, files }: Cancellable & { readonly files?: readonly (readonly string[])[] }): Promise<{ readonly found: readonly FoundClaims[]; readonly nowSeconds: number }> {
  const marker = newMarker();
  const { stdout } = await commandLine.transport.exec(cleanShell(commandLine), { stdin: `${renderLookScript(folder, marker, tokens, files).shell}\n`, signal, timeoutMs: 120_000 });
  return parseLook(stdout, marker, tokens.length);
}

/** Writes down what was found out, unless somebody has meanwhile. @returns what is recorded then. */
export async function settleOverCommandLine(commandLine: CommandLine, folder: string, verdicts: readonly ClaimVerdict[], { signal }: Cancellable): Promise<readonly FoundClaims[]> {
  const marker = newMarker();
  const script = renderSettleScript(folder, marker, verdicts.map(({ header, ...verdict }) => ({ ...verdict, header: renderHeader(header) })));
  const { stdout } = await commandLine.transport.exec(cleanShell(commandLine), { stdin: `${script.shell}\n`, signal, timeoutMs: 120_000 });
  return parseLook(stdout, marker, verdicts.length).found;
}

/** Removes records, of each key those that were judged and no others. @returns what became of each. */
export async function forgetOverCommandLine(commandLine: CommandLine, places: ForgetPlaces, records: readonly JudgedRecords[], { signal }: Cancellable): Promise<readonly ForgetAnswer[]> {
  const marker = newMarker();
  const { stdout } = await commandLine.transport.exec(cleanShell(commandLine), { stdin: `${renderForgetScript(places, marker, records).shell}\n`, signal, timeoutMs: 120_000 });
  return parseForgetAnswers(stdout, marker, records.length);
}
