import { OutputUnreadableError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { parseMarkedAccounting, parseMarkedQueue } from "./marked-jobs.js";

const marks = ["hpckit:aa", "hpckit:bb"];
const recordEnd = "\x1eend\x1e";
const row = (id: string, comment: string, submittedAt = "1795179600"): string => `${id}\x1f${submittedAt}\x1f${comment}${recordEnd}\n`;
const queue = (text: string) => parseMarkedQueue(text, { marks, recordEnd });

describe("jobs by their mark, in the queue", () => {
  it("are those whose comment ends with it", () => {
    expect(queue(row("1", "") + row("2", "hpckit:bb-0b") + row("3", 'a "b"\x1f\n hpckit:aa-0a') + row("4", "hpckit:aa, not mine") + row("5", "like hpckit:aa-0a hpckit:cc-0c") + row("6", "hpckit:aa-0a-x"))).toEqual([
      { mark: "hpckit:bb", nonce: "0b", id: "2", submittedAtSeconds: 1_795_179_600 },
      { mark: "hpckit:aa", nonce: "0a", id: "3", submittedAtSeconds: 1_795_179_600 },
    ]);
  });

  it("can be two, and an array is one", () => {
    expect(queue(row("2", "hpckit:aa-0a") + row("2", "hpckit:aa-0a") + row("5", "x hpckit:aa-0b")).map(({ id }) => id)).toEqual(["2", "5"]);
  });

  it("cannot be forged by the comment of another", () => {
    expect(queue(row("1", "x\n7\x1f1795179600\x1fhpckit:aa-0a\nx"))).toEqual([]);
  });

  it("are not told of an answer that was cut, or cannot be read", () => {
    expect(() => queue(row("2", "hpckit:aa-0a").slice(0, -4))).toThrow(OutputUnreadableError);
    expect(() => queue(row("N/A", "hpckit:aa-0a"))).toThrow(OutputUnreadableError);
    expect(() => queue(row("2", "hpckit:aa-0a", "N/A"))).toThrow(OutputUnreadableError);
  });
});

describe("jobs by their mark, in accounting", () => {
  const line = (id: string, comment: string, command: string): string => `${id}\x1f1795179600\x1f${comment}\x1f${command}\n`;

  it("are those that were queued with it, whether comments are stored or not", () => {
    const text = line("1", "", "sbatch x") + line("2", "", "sbatch --comment=hpckit:aa-0a --time=1") + line("3_4", "hpckit:bb-0b", "") + line("5", "hpckit:aab-0a", "sbatch --comment=hpckit:aab-0a");
    expect(parseMarkedAccounting(text, marks).map(({ mark, id }) => [mark, id])).toEqual([["hpckit:aa", "2"], ["hpckit:bb", "3"]]);
  });

  it("are found behind line breaks of a command", () => {
    expect(parseMarkedAccounting(line("7", "", "sbatch --wrap=a\nb --comment=x hpckit:bb-0b --mem=1"), marks)).toEqual([{ mark: "hpckit:bb", nonce: "0b", id: "7", submittedAtSeconds: 1_795_179_600 }]);
  });
});
