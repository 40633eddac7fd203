import { CommandFailedError, OptionsError, secret, type ExecOptions } from "@hpckit/core";
import { expect, it } from "vitest";
import type { TransportUnderTest } from "./describe-transport.js";
import { hostileWords, randomWords } from "./hostile-words.js";

export function commandTests(under: () => TransportUnderTest): void {
  const exec = (argv: readonly string[], options?: ExecOptions) => under().transport.exec(argv, options);
  /** Every word followed by a NUL, which no word can hold. */
  const echo = async (words: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await exec(["printf", "%s\\0", ...words], { check: true, cwd: under().folder });
    return stdout.split("\0").slice(0, -1);
  };

  it("gives what a command printed and how it ended", async () => {
    expect(await exec(["sh", "-c", "printf out; printf err >&2; exit 3"])).toMatchObject({ exitCode: 3, signal: undefined, ok: false, stdout: "out", stderr: "err" });
    expect(await exec(["true"])).toMatchObject({ exitCode: 0, signal: undefined, ok: true, stdout: "", stderr: "", argv: ["true"] });
  });

  it("tells death by signal from an exit code of the same number", async () => {
    expect(await exec(["sh", "-c", "kill -9 $$"])).toMatchObject({ exitCode: undefined, signal: "SIGKILL", ok: false });
    expect(await exec(["sh", "-c", "exit 137"])).toMatchObject({ exitCode: 137, signal: undefined, ok: false });
    expect(await exec(["sh", "-c", "kill -15 0"])).toMatchObject({ exitCode: undefined, signal: "SIGTERM" });
  });

  it("says 127 for a program that is not there, with the shell's words", async () => {
    const result = await exec(["hpckit-no-such-program"]);
    expect(result).toMatchObject({ exitCode: 127, stdout: "" });
    expect(result.stderr).toContain("not found");
  });

  it("passes hostile words byte for byte, and runs none of them", async () => {
    expect(await echo(hostileWords)).toEqual(hostileWords);
    const words = randomWords(300);
    expect(await echo(words)).toEqual(words);
    expect(await under().transport.list(under().folder)).toEqual([]);
  });

  it("takes a command that is longer than a line of ssh or a pipe can be", async () => {
    const words = Array.from({ length: 12 }, (_, index) => String.fromCharCode(97 + index).repeat(60_000));
    expect(await echo(words)).toEqual(words);
  });

  it("passes the environment byte for byte, also secrets", async () => {
    const words = [...hostileWords.filter((word) => word.length < 1000), ...randomWords(50, 7)];
    const names = words.map((_, index) => `HPCKIT_${index}`);
    const env = Object.fromEntries(words.map((word, index) => [`HPCKIT_${index}`, index % 2 === 0 ? word : secret(word)]));
    const { stdout } = await exec(["env", "-0"], { env, check: true });
    const found = new Map(stdout.split("\0").map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]));
    expect(names.map((name) => found.get(name))).toEqual(words);
  });

  it("adds nothing of its own to the environment or to the open files of a command", async () => {
    const { stdout } = await exec(["sh", "-c", "set; for n in 3 4 5 6 7 8 9; do if [ -e /proc/self/fd/$n ]; then echo open $n; fi; done"], { check: true });
    expect(stdout).not.toMatch(/^hpckit_/m);
    expect(stdout).not.toContain("open ");
  });

  it("lets no secret stand in the arguments of any process, nor in an error", async () => {
    const env = { HPCKIT_SECRET: secret("correct-horse") };
    const seen = await exec(["sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"], { env });
    expect(seen.stdout).not.toContain("correct-horse");
    const error: unknown = await exec(["sh", "-c", 'echo "$HPCKIT_SECRET" >&2; exit 1'], { env, check: true }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CommandFailedError);
    expect(JSON.stringify([error, String(error), (error as CommandFailedError).result])).not.toContain("correct-horse");
  });

  it("gives a command its whole input, and an empty one by default", async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256);
    const { stdoutBytes } = await exec(["cat"], { stdin: bytes });
    expect(Buffer.compare(stdoutBytes, bytes)).toBe(0);
    expect(await exec(["cat"], { stdin: "echo never run\n" })).toMatchObject({ stdout: "echo never run\n" });
    expect(await exec(["cat"])).toMatchObject({ stdout: "", exitCode: 0 });
    expect(await exec(["true"], { stdin: bytes })).toMatchObject({ exitCode: 0 });
  });

  it("keeps bytes that are no text", async () => {
    const { stdoutBytes, stdout } = await exec(["printf", "\\377\\000\\200"]);
    expect([...stdoutBytes]).toEqual([0xff, 0, 0x80]);
    expect(stdout).toBe("\ufffd\0\ufffd");
  });

  it("starts in the folder that is asked for, whatever its name", async () => {
    const folder = `${under().folder}/-a '\n$b`;
    await under().transport.mkdir(folder);
    expect(await exec(["pwd"], { cwd: folder })).toMatchObject({ stdout: `${folder}\n` });
    await under().transport.remove(folder);
    await expect(exec(["pwd"], { cwd: folder })).rejects.toMatchObject({ code: "file-not-found" });
  });

  it("throws for a failure only where success is asked for", async () => {
    await expect(exec(["sh", "-c", "echo why >&2; exit 2"], { check: true })).rejects.toMatchObject({ code: "command-failed", message: expect.stringContaining("why") as string });
  });

  it("refuses what no process can receive, before anything happens", async () => {
    const refused: (readonly [readonly string[], ExecOptions])[] = [
      [[], {}],
      [[""], {}],
      [["echo", "a\0b"], {}],
      [["echo", "\ud800"], {}],
      [["true"], { env: { "A B": "x" } }],
      [["true"], { env: { A: "x\0" } }],
      [["true"], { env: { PPID: "1" } }],
      [["true"], { cwd: "" }],
      [["true"], { timeoutMs: 0 }],
      [["true"], { timeoutMs: 2 ** 31 }],
    ];
    for (const [argv, options] of refused) await expect(exec(argv, options)).rejects.toBeInstanceOf(OptionsError);
    // As a program in plain JavaScript may give them.
    const wrong: readonly unknown[] = [undefined, "ls -l", ["echo", 5], [["echo"]]];
    for (const argv of wrong) await expect(exec(argv as readonly string[])).rejects.toMatchObject({ name: "OptionsError", message: expect.stringMatching(/list of words|not a text/) as unknown });
    await expect(exec(["env"], { env: { A: 1 } as unknown as ExecOptions["env"] })).rejects.toThrow("env.A: neither a text nor a Secret");
    await expect(exec(["env"], { env: { "a-b": "x" } })).rejects.toThrow("env.a-b: not a name of a variable");
    await expect(exec(["true"], { timeoutMS: 5 } as ExecOptions)).rejects.toThrow('did you mean "timeoutMs"?');
  });

  it("keeps large outputs apart and whole", async () => {
    const result = await exec(["sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' o & head -c 2000000 /dev/zero | tr '\\0' e >&2; wait"]);
    expect(result.stdout).toBe("o".repeat(3_000_000));
    expect(result.stderr).toBe("e".repeat(2_000_000));
  });

  it("runs many at a time", async () => {
    const results = await Promise.all(Array.from({ length: 12 }, (_, index) => exec(["sh", "-c", `sleep 0.1; echo ${index}`])));
    expect(results.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 12 }, (_, index) => index));
  });

  it("does not wait for a child that keeps the outputs open", async () => {
    const startedAt = performance.now();
    expect(await exec(["sh", "-c", "sleep 30 & echo parent"])).toMatchObject({ stdout: "parent\n", exitCode: 0 });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
}
