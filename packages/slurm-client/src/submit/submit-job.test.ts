import { AbortedError, addingLayer, compose, OptionsError, secret, setVariable, TransportError, type LaunchLayer, type Transport } from "@hpckit/core";
import { manualClock, scriptedTransport, type ScriptedCall, type ScriptedReply, type ScriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { facts, submittedAt } from "../fixtures/scripted-slurm.js";
import { connectSlurm } from "../slurm/connect-slurm.js";
import type { Slurm } from "../slurm/slurm.js";

const canary = "canary-0123456789";
const withSecret: LaunchLayer = addingLayer("secret", { setup: [setVariable("TOKEN", secret(canary))] });

const submits = ({ argv }: ScriptedCall): boolean => argv.some((word) => word.includes("sbatch --parsable"));
const accepts = (call: ScriptedCall): ScriptedReply => ({ stdout: `${/hpckit-[\w-]+/.exec(call.argv.at(-1) ?? "")?.[0] ?? ""} ${submittedAt}\n12\n` });

interface Login {
  readonly transport: ScriptedTransport;
  readonly files: Map<string, string>;
  readonly connect: () => Promise<Slurm>;
}

/** A login node with files in memory, and an sbatch that answers as it is told. */
function login(sbatch: (call: ScriptedCall) => ScriptedReply): Login {
  const files = new Map<string, string>();
  const scripted = scriptedTransport((call) => {
    const token = call.argv.at(-1) ?? "";
    if (submits(call)) return sbatch(call);
    if (!call.argv.some((word) => word.includes("section version"))) return {};
    const sections = { version: "slurm 24.11.5\n", config: `ClusterName = ${facts.name}\n`, partitions: "PartitionName=standard Default=YES\n", uid: "2001\n", home: "/home/alice\n", folder: "/home/alice\n" };
    return { stdout: Object.entries(sections).map(([name, text]) => `${token} ${name}\n${text}`).join("") };
  });
  const transport = {
    ...scripted,
    mkdir: () => Promise.resolve(),
    writeFile: (path: string, content: string) => {
      files.set(path, content);
      return Promise.resolve();
    },
    remove: (path: string) => {
      files.delete(path);
      return Promise.resolve();
    },
  } as ScriptedTransport & Transport;
  return { transport, files, connect: () => connectSlurm(transport, { clock: manualClock() }) };
}

const spec = { launch: compose(["true"], [withSecret]) };

describe("a submission", () => {
  it("brings the secret by a file, and by no other way", async () => {
    const { connect, files, transport } = login(accepts);
    const job = await (await connect()).submit(spec);
    expect(job.toJSON()).toMatchObject({ id: "12", cluster: "test", submittedAtSeconds: submittedAt, output: "/home/alice/slurm-%j.out", secretsFile: expect.stringMatching(/^\/home\/alice\/\.hpckit\/secrets\//) as string });
    expect([...files]).toEqual([[job.toJSON().secretsFile, `HPCKIT_SECRET_0_TOKEN=${canary}\n`]]);
    expect(JSON.stringify([transport.calls, job])).not.toContain(canary);
  });

  it("that is refused leaves no file, and repeats no secret that a wrapper printed", async () => {
    const { connect, files } = login(() => ({ exitCode: 1, stderr: `TOKEN=${canary}\nsbatch: error: Batch job submission failed: Invalid partition name specified\n` }));
    const error: unknown = await (await connect()).submit(spec).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "invalid-partition", outcome: "not-sent" });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(canary);
    expect(files.size).toBe(0);
  });

  it.each([
    ["a connection that is lost", new TransportError("connection-lost", "lost")],
    ["a reply that was cut", new TransportError("reply-incomplete", "cut")],
    ["an abort in mid-flight", new AbortedError("aborted")],
  ])("with %s is unknown, is not sent again, and keeps the secrets for the job that may exist", async (_, failure) => {
    const { connect, files, transport } = login(() => {
      throw failure;
    });
    const error: unknown = await (await connect()).submit(spec).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "submission-unknown", outcome: "unknown", detail: { secretsFile: [...files.keys()][0], mark: expect.stringMatching(/^hpckit:/) as string } });
    expect(transport.calls.filter(submits)).toHaveLength(1);
  });

  it.each([
    ["connection-refused", true],
    ["authentication-failed", false],
    ["host-key-refused", false],
  ] as const)("that met %s was not sent", async (fault, retryable) => {
    const { connect, files } = login(() => {
      throw new TransportError(fault, "no");
    });
    await expect((await connect()).submit(spec)).rejects.toMatchObject({ code: "submission-not-sent", outcome: "not-sent", retryable });
    expect(files.size).toBe(0);
  });

  it("whose words cannot be passed was not sent", async () => {
    const { connect, files } = login(() => {
      throw new OptionsError("exec", []);
    });
    await expect((await connect()).submit(spec)).rejects.toThrow(OptionsError);
    expect(files.size).toBe(0);
  });

  it("into a folder that is not there queues nothing", async () => {
    const { connect } = login((call) => ({ stdout: `${/hpckit-[\w-]+/.exec(call.argv.at(-1) ?? "")?.[0] ?? ""} missing-folder /home/alice/logs\n` }));
    await expect((await connect()).submit({ ...spec, output: "logs/%j.out" })).rejects.toMatchObject({ code: "folder-missing", detail: { folder: "/home/alice/logs" }, outcome: "not-sent" });
  });
});

describe("a job's reference", () => {
  it("is read strictly", async () => {
    const slurm = await login(accepts).connect();
    expect(() => slurm.job({ id: "12,13", cluster: "test", submittedAtSeconds: 1 })).toThrow(OptionsError);
    expect(() => slurm.job({ id: "12", cluster: "other", submittedAtSeconds: 1 })).toThrow("one of the cluster other; this is test");
  });

  it("from a file has nothing removed outside of our own folder", async () => {
    const { connect, transport, files } = login(accepts);
    const slurm = await connect();
    const secretsFile = "/home/alice/.hpckit/secrets/../../thesis.tex";
    const others = [secretsFile, "/etc/hosts", "/home/alice/.hpckit/secrets/..", "/home/alice/.hpckit/secrets"];
    for (const file of others) files.set(file, "precious");
    expect(transport.calls).toHaveLength(1);
    for (const file of others) {
      const job = slurm.job({ id: "12", cluster: "test", submittedAtSeconds: submittedAt, secretsFile: file });
      expect((await job.done()).kind).toBe("lost");
    }
    expect([...files.keys()]).toEqual(others);
  });
});
