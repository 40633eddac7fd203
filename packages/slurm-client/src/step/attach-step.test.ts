import { AbortedError, onAbort, TransportError, type Transport } from "@hpckit/core";
import { scriptedTransport, type ScriptedCall, type ScriptedReply } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import { attachStep } from "./attach-step.js";
import type { AttachedStep, AttachOptions } from "./attached-step.js";

const startedAt = 150;
const reference = { id: "12", cluster: "test", submittedAtSeconds: 1 };

/** What accounting says of a run and its step, in the columns that were asked for. */
const accounted = (argv: readonly string[], state: string, [submitted, started, ended]: readonly [number, number, number]): string => {
  const columns = (argv.find((word) => word.startsWith("--format=")) ?? "").replace("--format=", "").split(",");
  const delimiter = (argv.find((word) => word.startsWith("--delimiter=")) ?? "").replace("--delimiter=", "");
  const row = (id: string): string => {
    const values: Readonly<Record<string, string>> = { JobID: id, JobIDRaw: id, State: state, Submit: String(submitted), Start: String(started), End: String(ended) };
    return `${columns.map((column) => values[column] ?? "").join(delimiter)}\n`;
  };
  return row("12") + row("12.0");
};

interface Accounting {
  readonly state?: string;
  readonly accounting?: boolean;
  /** Rows of earlier runs. */
  readonly before?: (argv: readonly string[]) => string;
}

const attachTo = (sattach: ScriptedReply, { state = "COMPLETED", accounting = true, before = () => "" }: Accounting = {}) => {
  const transport = scriptedTransport(({ argv }) => {
    if (argv.includes("squeue")) return { stdout: `12.batch|90|batch\n12.0|${startedAt}|work\n` };
    return argv.includes("sacct") ? { stdout: before(argv) + accounted(argv, state, [100, startedAt, 200]) } : sattach;
  });
  return { transport, attached: attachStep(scriptedContext(transport, { accounting }), reference, {}) };
};

describe("a step that was attached to", () => {
  it("never reads the end of an input that was not given", async () => {
    const { transport, attached } = attachTo({ stdout: "x" });
    await (await attached).result;
    const call = transport.calls.find(({ argv }) => argv.includes("sattach"));
    expect(call?.argv[2]).toContain("0<>");
    expect(call?.argv.slice(-2)).toEqual(["sattach", "12.0"]);
  });

  it.each([
    ["completed", {}, {}, { state: "COMPLETED", exitCode: 0 }],
    ["without accounting", {}, { accounting: false }, { state: undefined, exitCode: undefined }],
    ["killed", {}, { state: "CANCELLED by 7" }, { state: "CANCELLED", exitCode: undefined }],
    ["that accounting still takes for running", {}, { state: "RUNNING" }, { state: undefined, exitCode: undefined }],
    ["failed", { exitCode: 3, stderr: "sattach: error: task 1 exited with exit code 3\nsattach: error: task 0 exited with exit code 2\n" }, { state: "FAILED" }, { state: "FAILED", exitCode: 3 }],
  ])("%s is told for that", async (_, sattach, slurm, end) => {
    expect(await (await attachTo(sattach, slurm).attached).result).toEqual(end);
  });

  it("is that of its run, whatever an earlier one did, and however late accounting is", async () => {
    const before = (argv: readonly string[]): string => accounted(argv, "COMPLETED", [1, 10, 100]);
    expect(await (await attachTo({}, { before, state: "CANCELLED by 7" }).attached).result).toEqual({ state: "CANCELLED", exitCode: undefined });
    expect(await (await attachTo({}, { before, state: "RUNNING" }).attached).result).toEqual({ state: undefined, exitCode: undefined });
  });

  it("keeps what sattach told of its end where accounting does not answer", async () => {
    const failed = { exitCode: 3, stderr: "sattach: error: task 1 exited with exit code 3\n" };
    const before = (): string => { throw new TransportError("connection-lost", "lost"); };
    expect(await (await attachTo(failed, { before }).attached).result).toEqual({ state: undefined, exitCode: 3 });
  });

  it("that has ended meanwhile is an error, and so is a sattach that failed", async () => {
    const gone = await attachTo({ exitCode: 1, stderr: "sattach: error: Could not get job step info: Job/step already completing or completed\n" }).attached;
    await expect(gone.result).rejects.toMatchObject({ code: "step-not-found" });
    const broken = await attachTo({ exitCode: 1, stderr: "sattach: fatal: no\n" }).attached;
    await expect(broken.result).rejects.toThrow("sattach failed (exit status 1): sattach: fatal: no");
  });
});

describe("a step whose tasks have not started yet", () => {
  const refusal = "sattach: Node c1: no tasks running\n";
  /** As sattach does, it then goes on and on. */
  const hanging = ({ options: { onStderr, signal } }: ScriptedCall): Promise<ScriptedReply> => {
    onStderr?.(refusal);
    return new Promise((_, reject) => void onAbort(signal, () => reject(new AbortedError("stopped"))));
  };
  const attach = (attempts: readonly ((call: ScriptedCall) => ScriptedReply | Promise<ScriptedReply>)[], { stdin, isThere = () => true, shown }: { stdin?: AttachOptions["stdin"]; isThere?: () => boolean; shown?: string } = {}) => {
    let tries = 0;
    const transport = scriptedTransport((call) => {
      if (call.argv.includes("squeue")) return tries === 0 || isThere() ? { stdout: `12.0|${startedAt}|work\n` } : {};
      return call.argv.includes("sacct") ? { stdout: accounted(call.argv, "COMPLETED", [100, startedAt, 200]) } : (attempts[tries++] ?? (() => ({})))(call);
    });
    const showing: Transport = {
      ...transport,
      stream: (argv, options) => {
        const stream = transport.stream(argv, options);
        return shown === undefined ? stream : { ...stream, async *[Symbol.asyncIterator]() { yield shown; } };
      },
    };
    return { attached: attachStep(scriptedContext(showing), reference, { stdin }), tries: () => tries };
  };
  const read = async (attached: AttachedStep): Promise<string> => {
    let text = "";
    for await (const piece of attached) text += piece;
    return text;
  };

  it("is attached to again until they have", async () => {
    const { attached, tries } = attach([hanging, () => ({ stderr: refusal }), () => ({ stdout: "of the task" })]);
    expect(await read(await attached)).toBe("of the task");
    expect(await (await attached).result).toEqual({ state: "COMPLETED", exitCode: 0 });
    expect(tries()).toBe(3);
  });

  it("loses nothing of an input that it has not read", async () => {
    async function* input(): AsyncGenerator<string> {
      yield "one ";
      yield "two";
    }
    let heard = "";
    const taking = async (call: ScriptedCall): Promise<ScriptedReply> => {
      for await (const piece of call.options.stdin as AsyncIterable<string>) if (piece === "one ") return hanging(call);
      return {};
    };
    const { attached } = attach([taking, async ({ options: { stdin } }) => {
      for await (const piece of stdin as AsyncIterable<string>) heard += piece;
      return { stdout: "read" };
    }], { stdin: input() });
    expect(await read(await attached)).toBe("read");
    expect(heard).toBe("one two");
  });

  it("stays attached to where other nodes show something", async () => {
    let end: () => void = () => undefined;
    const partly = async ({ options: { onStderr } }: ScriptedCall): Promise<ScriptedReply> => {
      onStderr?.(refusal);
      await new Promise<void>((resolve) => (end = resolve));
      return {};
    };
    const { attached, tries } = attach([partly], { shown: "of another node" });
    for await (const piece of await attached) {
      expect(piece).toBe("of another node");
      end();
    }
    expect(await (await attached).result).toEqual({ state: "COMPLETED", exitCode: 0 });
    expect(tries()).toBe(1);
  });

  it("and that ends before any did is told as accounting has it", async () => {
    const { attached, tries } = attach([hanging], { isThere: () => false });
    expect(await read(await attached)).toBe("");
    expect(await (await attached).result).toEqual({ state: "COMPLETED", exitCode: 0 });
    expect(tries()).toBe(1);
  });

  it("is left alone when the wait for it is aborted", async () => {
    const aborting = new AbortController();
    const transport = scriptedTransport((call) => (call.argv.includes("squeue") ? { stdout: `12.0|${startedAt}|work\n` } : hanging(call)));
    const attached = await attachStep(scriptedContext(transport), reference, { signal: aborting.signal, onStderr: () => aborting.abort() });
    await expect(read(attached)).rejects.toThrow(AbortedError);
    await expect(attached.result).rejects.toThrow(AbortedError);
  });
});
