import { HpckitError, type Cancellable, type ExecResult } from "@hpckit/core";
import { idChunks } from "../cluster/chunks-of.js";
import { cleanCommand } from "../cluster/slurm-command.js";
import { commandFailed } from "../error/command-failed.js";
import type { CommandLine } from "./command-line.js";

/** One question to Slurm's programs: the command, and how its answer is read. */
export interface Question<Answer> {
  readonly argv: readonly string[];
  /** @throws HpckitError where the answer is not certain. */
  readonly read: (result: ExecResult) => Answer;
}

/** A question that is answered by what a program prints if it ends well. */
export const printedQuestion = <Answer>(argv: readonly string[], read: (stdout: string) => Answer): Question<Answer> => ({
  argv,
  read: (result) => {
    if (!result.ok) throw commandFailed(result);
    return read(result.stdout);
  },
});

/** What is asked in one go: an answer for each, or the error in its place. */
export type Answers<Asked> = { readonly [Topic in keyof Asked]: Asked[Topic] | HpckitError };

/** Asks everything in one round trip. @throws HpckitError only if nothing could be asked. */
export async function askAll<Asked extends object>(
  { transport, programs }: CommandLine,
  questions: { readonly [Topic in keyof Asked]: Question<Asked[Topic]> },
  { signal }: Cancellable = {},
): Promise<Answers<Asked>> {
  const topics = Object.keys(questions) as (keyof Asked)[];
  const commands = topics.map((topic) => cleanCommand(programs, questions[topic].argv));
  const [first] = commands;
  if (first === undefined) return {} as Answers<Asked>;
  const options = { signal, timeoutMs: 120_000 };
  const results = commands.length === 1 ? [await transport.exec(first, options)] : await transport.batch(commands, options);
  return Object.fromEntries(topics.map((topic, index) => [topic, answerOf(questions[topic], results[index])])) as unknown as Answers<Asked>;
}

function answerOf<Answer>(question: Question<Answer>, result: ExecResult | undefined): Answer | HpckitError {
  if (result === undefined) throw new TypeError("a batch gives a result for each command");
  try {
    return question.read(result);
  } catch (error) {
    if (error instanceof HpckitError) return error;
    throw error;
  }
}

/** Asks about any number of jobs: once, if they are not thousands; about none, nothing. @throws HpckitError where an answer is not certain. */
export async function askOfJobs<Each>(commandLine: CommandLine, ids: readonly string[], question: (some: readonly string[]) => Question<readonly Each[]>, options: Cancellable = {}): Promise<readonly Each[]> {
  const answers: (readonly Each[])[] = [];
  for (const some of idChunks(ids)) answers.push(await ask(commandLine, question(some), options));
  return answers.flat();
}

/** Asks one question. @throws HpckitError where the answer is not certain. */
export async function ask<Answer>(commandLine: CommandLine, question: Question<Answer>, options: Cancellable = {}): Promise<Answer> {
  const { answer } = await askAll<{ answer: Answer }>(commandLine, { answer: question }, options);
  if (answer instanceof HpckitError) throw answer;
  return answer;
}
