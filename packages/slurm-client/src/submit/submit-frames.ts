import { OutputUnreadableError } from "@hpckit/core";
import { SubmissionError } from "../error/submission-errors.js";
import { parseClaim, parseFence, type FoundClaims } from "./claim-record.js";
import { readAnswer, type SbatchAnswer } from "./sbatch-answer.js";

/** A piece of what a script of ours printed: what it is about, and the text below it, exactly. */
interface Frame {
  /** Of the submission; undefined for all. */
  readonly index: number | undefined;
  readonly words: string;
  readonly body: string;
}

/** What became of one submission in one round trip. */
export type SubmitAnswer =
  /** sbatch was started. `taken`: a later attempt was made meanwhile, by somebody who had waited long enough. */
  | { readonly kind: "answered"; readonly answer: SbatchAnswer; readonly submittedAtSeconds: number; readonly taken: FoundClaims | undefined }
  /** The key is claimed already; sbatch was not started. */
  | { readonly kind: "taken"; readonly found: FoundClaims }
  | { readonly kind: "folder-missing"; readonly folder: string }
  /** The claim could not be written; sbatch was not started. */
  | { readonly kind: "unclaimed" }
  /** One before it met a controller that does not answer; sbatch was not started. */
  | { readonly kind: "skipped" }
  /** Nothing was queued, for certain. */
  | { readonly kind: "not-sent"; readonly error: unknown }
  /** It did not even come to a claim: nothing was queued by this, but what was sent before for the same attempt may still come. */
  | { readonly kind: "not-begun"; readonly error: unknown }
  /** It was sent, and no answer came: there may be a job. */
  | { readonly kind: "unanswered"; readonly cause: unknown };

/** What a script said of one submission; `claimed` where another way queues the job. */
export type ScriptAnswer = SubmitAnswer | { readonly kind: "claimed"; readonly atSeconds: number };

/**
 * Takes what a script prints in pieces of any size, and tells of each submission as soon as its frames are whole.
 * @param folder - in which it claims and records, for errors.
 */
export function readSubmitAnswers(marker: string, folder: string, onAnswer: (answer: ScriptAnswer, index: number) => void): { push(piece: string): void; readonly isDone: () => boolean } {
  let rest = "";
  let group: Frame[] = [];
  let beganAtSeconds: number | undefined;
  let done = false;
  const take = (frame: Frame): void => {
    if (frame.words === "closed") throw new SubmissionError("claim-failed", `submissions cannot be recorded in ${folder}: it cannot be made, or not be entered, so nothing was sent; may this user write there? { stateFolder } names another`);
    if (frame.index === undefined) {
      beganAtSeconds ??= readBegan(frame.words);
      done ||= frame.words === "done";
      return;
    }
    group.push(frame);
    if (!isBare(frame.words)) return;
    onAnswer(answerOf(group, beganAtSeconds ?? 0), frame.index);
    group = [];
  };
  return {
    isDone: () => done,
    push(piece) {
      const { frames, left } = splitFrames(rest + piece, marker);
      rest = left;
      for (const frame of frames) take(frame);
    },
  };
}

/** What is known of each token, by the script that looks. @throws OutputUnreadableError where it was not whole. */
export function parseLook(stdout: string, marker: string, count: number): { readonly found: readonly FoundClaims[]; readonly nowSeconds: number } {
  const { frames } = splitFrames(stdout, marker);
  if (frames.at(-1)?.words !== "done") throw new OutputUnreadableError("submission records", "no end", stdout);
  const began = frames.map(({ words }) => readBegan(words)).find((seconds) => seconds !== undefined);
  if (began === undefined) throw new OutputUnreadableError("submission records", "no beginning", stdout);
  return { nowSeconds: began, found: Array.from({ length: count }, (_, index) => foundIn(frames.filter((frame) => frame.index === index))) };
}

const readBegan = (words: string): number | undefined => {
  const seconds = /^began (\d+)$/.exec(words)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
};

/** Frames without a body; after one of a submission nothing more comes of it. */
const isBare = (words: string): boolean => /^(?:began|done|closed|end|shown|missing|unclaimed|skipped|claimed)(?: |$)/.test(words);

/** A frame with a body is whole when the next one begins. */
function splitFrames(text: string, marker: string): { readonly frames: readonly Frame[]; readonly left: string } {
  const heads = [...text.matchAll(new RegExp(`^${marker} (-|\\d+) ([^\n]*)\n`, "gm"))];
  const frames = heads.flatMap((head, at): Frame[] => {
    const [line, index = "", words = ""] = head;
    const end = isBare(words) ? head.index + line.length : heads[at + 1]?.index;
    if (end === undefined) return [];
    return [{ index: index === "-" ? undefined : Number(index), words, body: text.slice(head.index + line.length, end).replace(/\n$/, "") }];
  });
  return { frames, left: text.slice(heads[frames.length]?.index ?? (frames.length === 0 ? 0 : text.length)) };
}

function answerOf(group: readonly Frame[], beganAtSeconds: number): ScriptAnswer {
  const [first] = group;
  const [, word = "", rest = ""] = /^(\S+)(?: ([^]*))?$/.exec(first?.words ?? "") ?? [];
  switch (word) {
    case "missing":
      return { kind: "folder-missing", folder: rest };
    case "unclaimed":
    case "skipped":
      return { kind: word };
    case "claimed":
      return { kind: word, atSeconds: beganAtSeconds };
    case "replied":
      return {
        kind: "answered",
        answer: readAnswer({ exitCode: Number(rest), printed: first?.body ?? "" }),
        submittedAtSeconds: beganAtSeconds,
        taken: group.at(-1)?.words === "end" ? undefined : foundIn(group.slice(1)),
      };
    default:
      return { kind: "taken", found: foundIn(group) };
  }
}

/** Reads the files of one token; drafts of fences and the like are none of them. */
function foundIn(frames: readonly Frame[]): FoundClaims {
  const files = frames.flatMap(({ words, body }) => {
    const [, name, alive] = /^file (\S+) (alive|gone)$/.exec(words) ?? [];
    return name === undefined ? [] : [{ name, body, alive: alive === "alive" }];
  });
  const fence = files.find(({ name }) => name === "run");
  return {
    attempts: files
      .filter(({ name }) => /^[1-9]\d*$/.test(name))
      .map(({ name, body, alive }) => parseClaim(Number(name), body, alive))
      .sort((one, other) => one.number - other.number),
    fence: fence === undefined ? undefined : parseFence(fence.body),
  };
}
