import { CommandFailedError, OptionsError, secret, type ExecResult, type Transport } from "@hpckit/core";
import { expect, it } from "vitest";
import type { TransportUnderTest } from "./describe-transport.js";
import { hostileWords } from "./hostile-words.js";

export function batchTests(under: () => TransportUnderTest): void {
  const batch: Transport["batch"] = (...call) => under().transport.batch(...call);
  const shell = (script: string): readonly string[] => ["sh", "-c", script];

  it("runs commands one after the other, each with its own outputs and its own end", async () => {
    const results = await batch([
      ["printf", "%s", "no end of line"],
      shell("echo out; echo err >&2; exit 3"),
      ["true"],
      shell("kill -9 $$"),
      shell("exit 137"),
      shell("kill -15 $$"),
      shell("exit 255"),
      shell("kill -2 $$"),
      shell("kill -11 $$"),
      ["no-such-program-anywhere"],
      shell("cat; echo end"),
    ]);
    expect(results.map(({ stdout }) => stdout)).toEqual(["no end of line", "out\n", "", "", "", "", "", "", "", "", "end\n"]);
    expect(results.map(({ exitCode, signal }) => exitCode ?? signal)).toEqual([0, 3, 0, "SIGKILL", 137, "SIGTERM", 255, undefined, "SIGSEGV", 127, 0]);
    expect(results[1]).toMatchObject({ stderr: "err\n", ok: false });
    expect(results[7]).toMatchObject({ exitCode: undefined, signal: undefined, ok: false });
    expect(results[9]?.stderr).toContain("no-such-program-anywhere");
  });

  it("passes every word byte for byte", async () => {
    const results = await batch(hostileWords.map((word) => ["printf", "%s\\0", word]));
    expect(results.map(({ stdout }) => stdout)).toEqual(hostileWords.map((word) => `${word}\0`));
  });

  it("gives bytes as they were printed", async () => {
    const [result] = await batch([shell("head -c 100000 /dev/zero; printf '\\377\\n'"), ["true"]]);
    expect(result?.stdoutBytes.length).toBe(100_002);
    expect([...(result?.stdoutBytes.subarray(-2) ?? [])]).toEqual([0xff, 0x0a]);
  });

  it("runs them in one folder with one environment, and adds nothing to it", async () => {
    const { folder } = under();
    const names = (environment = ""): string[] => environment.split("\n").map((line) => line.replace(/=.*/, "")).filter((name) => /^HPCKIT_/i.test(name));
    const before = names((await under().transport.exec(["env"])).stdout);
    const results = await batch([["pwd"], shell("echo $TOKEN"), ["env"]], { cwd: folder, env: { TOKEN: secret("hidden"), PLAIN: "a b" } });
    expect(results[0]?.stdout).toBe(`${folder}\n`);
    expect(results[1]?.stdout).toBe("hidden\n");
    expect(results[2]?.stdout).toContain("PLAIN=a b\n");
    expect(names(results[2]?.stdout)).toEqual(before);
    await expect(batch([["true"], ["true"]], { cwd: `${folder}/not there` })).rejects.toMatchObject({ code: "file-not-found" });
  });

  it("takes any number, and commands of any length", async () => {
    const word = "x".repeat(100_000);
    const commands = Array.from({ length: 20 }, (_, index) => ["printf", "%s", `${word}${index}`]);
    const results = await batch([...commands, ["printf", "%s", "y".repeat(125_000)], ["echo", "last"]]);
    expect(results.map(({ stdout }) => stdout.length)).toEqual([...commands.map(([, , text = ""]) => text.length), 125_000, 5]);
    expect(await batch([])).toEqual([]);
  });

  it("stops at the first failure where success is asked for", async () => {
    const { folder } = under();
    const told: ExecResult[] = [];
    const failing = batch([["echo", "one"], shell("echo hidden >&2; exit 4"), ["touch", `${folder}/ran`]], { check: true, env: { TOKEN: secret("hidden") }, onResult: (result) => told.push(result) });
    const error = await failing.then(() => undefined, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandFailedError);
    expect(error).toMatchObject({ result: { exitCode: 4, stderr: "[secret]\n" } });
    expect(told.map(({ exitCode }) => exitCode)).toEqual([0, 4]);
    expect(await under().transport.stat(`${folder}/ran`)).toBeUndefined();
  });

  it("tells of each result as soon as it is whole, and ends the rest when it is aborted", async () => {
    const { folder } = under();
    const caller = new AbortController();
    const told: string[] = [];
    const running = batch([["echo", "one"], ["sleep", "300"], ["touch", `${folder}/went on`]], {
      signal: caller.signal,
      onResult: ({ stdout }) => {
        told.push(stdout);
        caller.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: "aborted" });
    expect(told).toEqual(["one\n"]);
    expect(await under().transport.stat(`${folder}/went on`)).toBeUndefined();
  });

  it("limits time and output of all together", async () => {
    await expect(batch([["true"], ["sleep", "300"]], { timeoutMs: 1_000 })).rejects.toMatchObject({ code: "timeout" });
    const half = shell("head -c 600 /dev/zero");
    await expect(batch([half, half], { maxOutputBytes: 1_000 })).rejects.toMatchObject({ code: "output-too-large" });
    expect((await batch([half], { maxOutputBytes: 1_000 }))[0]?.stdoutBytes.length).toBe(600);
  });

  it("refuses what no process could receive, before anything runs", async () => {
    const { folder } = under();
    await expect(batch([["touch", `${folder}/ran`], ["echo", "a\0b"]])).rejects.toThrow(OptionsError);
    const lines = ["ls", "pwd"] as unknown as readonly (readonly string[])[];
    for (const wrong of [lines, "ls" as unknown as typeof lines]) await expect(batch(wrong)).rejects.toThrow(OptionsError);
    await expect(batch([["true"]], { stdin: "x" } as object)).rejects.toThrow(/stdin/);
    expect(await under().transport.stat(`${folder}/ran`)).toBeUndefined();
  });
}
