import { AbortedError, CommandFailedError, linesOf, secret, TimeoutError, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn, workFolder } from "../../../tools/e2e/sign-in.js";
import { connectSlurm, type Allocation } from "../src/index.js";

describe.each(testedSeries)("a transport over a node of an allocation: %s", (series) => {
  const folder = workFolder("node-transport");
  let login: Transport;
  let nodes: Allocation;
  let node: Transport;
  beforeAll(async () => {
    login = await signIn(series);
    nodes = await (await connectSlurm(login, { pollIntervalMs: 1000 })).allocate({ time: "10m", nodes: 2 });
    node = nodes.transport();
  });
  afterAll(async () => {
    await nodes.release();
    await login.remove(folder, { recursive: true });
    await login[Symbol.asyncDispose]();
  });

  it("runs commands there, and hands on arguments, variables, secrets and input byte for byte", async () => {
    const hostile = `it's "$HOME" \\ \n * é`;
    const script = 'printf "%s|" "$SLURM_JOB_ID" "$SLURMD_NODENAME" "$PWD" "$1" "$GIVEN" "$TOKEN"; cat; echo said >&2; exit 3';
    await node.mkdir(folder, { recursive: true });
    const result = await node.exec(["sh", "-c", script, "sh", hostile], { cwd: folder, env: { GIVEN: hostile, TOKEN: secret(hostile) }, stdin: hostile });
    expect(result).toMatchObject({ exitCode: 3, ok: false });
    expect(result.stdout).toBe(`${nodes.job.id}|${nodes.nodes[0] ?? ""}|${folder}|${hostile}|${hostile}|${hostile}|${hostile}`);
    expect(result.stderr).toMatch(/^said$/m); // srun says its own beside it
    expect(node.target).toMatchObject({ host: nodes.nodes[0], user: login.target.user });
  });

  it("gives what is no text as it was printed, and throws where success was asked for", async () => {
    const { stdoutBytes } = await node.exec(["printf", "\\000\\377\\012\\r"], { check: true });
    expect([...stdoutBytes]).toEqual([0, 255, 10, 13]);
    await expect(node.exec(["sh", "-c", "echo no >&2; exit 4"], { check: true })).rejects.toThrow(CommandFailedError);
    await expect(node.exec(["sh", "-c", "head -c 100000 /dev/zero"], { maxOutputBytes: 1000 })).rejects.toMatchObject({ code: "output-too-large" });
  });

  it("streams, on the node that is named, while others run beside", async () => {
    const second = nodes.transport({ node: nodes.nodes[1] });
    const said: string[] = [];
    const both = [node, second].map(async (on) => {
      for await (const line of linesOf(on.stream(["sh", "-c", 'for i in 1 2 3; do echo "$SLURMD_NODENAME $i"; sleep 1; done']))) said.push(line);
    });
    await Promise.all(both);
    expect(said.slice().sort()).toEqual(nodes.nodes.flatMap((name) => [1, 2, 3].map((number) => `${name} ${number}`)));
    expect((await node.batch([["echo", "a"], ["sh", "-c", "exit 2"]])).map(({ stdout, exitCode }) => [stdout, exitCode])).toEqual([["a\n", 0], ["", 2]]);
    expect(() => nodes.transport({ node: "elsewhere" })).toThrow(`node: one of ${nodes.nodes.join(", ")}`);
  });

  it("ends over there what is aborted, or takes too long", async () => {
    const mark = `${folder}/alive`;
    const command = ["sh", "-c", 'while :; do date +%s%N > "$1"; sleep 0.2; done', "sh", mark];
    const aborting = new AbortController();
    const running = node.exec(command, { signal: aborting.signal });
    await expect.poll(async () => (await login.stat(mark)) !== undefined, { timeout: 30_000 }).toBe(true);
    aborting.abort();
    await expect(running).rejects.toThrow(AbortedError);
    const read = async (): Promise<string> => Buffer.from(await login.readFile(mark)).toString();
    await expect.poll(async () => (await read()) === (await new Promise((resolve) => setTimeout(resolve, 1000)).then(read)), { timeout: 30_000 }).toBe(true);
    await expect(node.exec(["sleep", "60"], { timeoutMs: 2000 })).rejects.toThrow(TimeoutError);
  });

  it("has the files of the login node, and makes no connections", async () => {
    await node.writeFile(`${folder}/x`, "from here");
    expect((await node.exec(["cat", `${folder}/x`])).stdout).toBe("from here");
    expect(Buffer.from(await login.readFile(`${folder}/x`)).toString()).toBe("from here");
    await expect(node.connect({ host: "127.0.0.1", port: 1 })).rejects.toMatchObject({ code: "not-supported" });
  });
});
