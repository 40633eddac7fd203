import { PassThrough } from "node:stream";
import { AbortedError } from "@hpckit/core";
import { expect, it } from "vitest";
import type { TransportUnderTest } from "./describe-transport.js";

export function streamTests(under: () => TransportUnderTest): void {
  it("gives text as it comes, and then how the command ended", async () => {
    const stream = under().transport.stream(["sh", "-c", "echo one; sleep 0.5; echo two; echo why >&2; exit 4"]);
    const arrivals: { text: string; at: number }[] = [];
    for await (const text of stream) arrivals.push({ text, at: performance.now() });
    expect(arrivals.map(({ text }) => text).join("")).toBe("one\ntwo\n");
    expect((arrivals.at(-1)?.at ?? 0) - (arrivals[0]?.at ?? 0)).toBeGreaterThan(300);
    expect(await stream.result).toMatchObject({ exitCode: 4, stdout: "", stderr: "why\n" });
  });

  it("never cuts a character in two", async () => {
    let text = "";
    for await (const piece of under().transport.stream(["sh", "-c", "printf '\\303'; sleep 0.3; printf '\\251\\360\\237'; sleep 0.3; printf '\\230\\200'"])) text += piece;
    expect(text).toBe("é\u{1f600}");
  });

  it("gives bytes that are no text as they are, and stderr as it comes", async () => {
    const errors: { text: string; at: number }[] = [];
    const stream = under().transport.stream(["sh", "-c", "echo one >&2; printf '\\377\\0\\303'; sleep 0.5; printf '\\303' >&2; sleep 0.1; printf '\\251' >&2; exit 4"], { onStderr: (text) => errors.push({ text, at: performance.now() }) });
    const bytes: Uint8Array[] = [];
    for await (const piece of stream.bytes()) bytes.push(piece);
    expect([...Buffer.concat(bytes)]).toEqual([0xff, 0, 0xc3]);
    expect(errors.map(({ text }) => text).join("")).toBe("one\né");
    expect((errors.at(-1)?.at ?? 0) - (errors[0]?.at ?? 0)).toBeGreaterThan(300);
    expect(await stream.result).toMatchObject({ exitCode: 4, stderr: "" });
  });

  it("hands input on as it comes, byte for byte, and ends it with the last piece", async () => {
    const heard: string[] = [];
    let goOn: () => void = () => undefined;
    const said = new Promise<void>((resolve) => (goOn = resolve));
    async function* dialogue(): AsyncGenerator<string | Uint8Array> {
      yield "one\n";
      await said;
      yield new Uint8Array([0xff, 0, 0x0a]);
      yield "";
      yield Buffer.alloc(300_000, "end\n");
    }
    const stream = under().transport.stream(["sh", "-c", 'read -r line; echo "heard $line"; od -An -v -tx1 | tr -d " \\n" | { head -c 6; wc -c; }'], { stdin: dialogue() });
    for await (const text of stream) {
      heard.push(text);
      if (text.includes("heard one")) goOn();
    }
    expect(heard.join("")).toMatch(/^heard one\nff000a *600000\n$/);
    expect(await stream.result).toMatchObject({ ok: true });
  });

  it("gives what the command has written before it waits, whatever byte that ends with", { timeout: 60_000 }, async () => {
    const asked = new PassThrough();
    const stream = under().transport.stream(["cat"], { stdin: asked });
    const answers = stream.bytes()[Symbol.asyncIterator]();
    // Each a question to whose answer the next comes: of what is kept back, the command would never write more.
    for (let byte = 0; byte < 256; byte++) {
      asked.write(Buffer.of(byte));
      expect([...((await answers.next()).value as Uint8Array)]).toEqual([byte]);
    }
    asked.end();
    expect(await answers.next()).toMatchObject({ done: true });
    expect(await stream.result).toMatchObject({ exitCode: 0 });
  });

  it("ends as soon as the command does, whatever input is still to come, and lets it leave children behind", async () => {
    const { transport, folder } = under();
    async function* endless(): AsyncGenerator<string> {
      for (;;) yield await new Promise((resolve) => setTimeout(() => resolve("x".repeat(10_000)), 5));
    }
    const began = performance.now();
    const stream = transport.stream(["sh", "-c", 'exec 0<&-; (sleep 2; touch "$1") </dev/null >/dev/null 2>&1 & sleep 0.5; exit 3', "sh", `${folder}/child`], { stdin: endless() });
    expect(await stream.result).toMatchObject({ exitCode: 3 });
    expect(performance.now() - began).toBeLessThan(1_900);
    await expect.poll(() => transport.stat(`${folder}/child`), { timeout: 5_000 }).toBeDefined();
  });

  it("lets go of an input that has no more, when the command has ended", async () => {
    let isLeft = false;
    const leave = (): Promise<IteratorResult<string>> => {
      isLeft = true;
      return Promise.resolve({ done: true, value: undefined });
    };
    const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<string>>(() => undefined), return: leave }) };
    expect(await under().transport.stream(["true"], { stdin: silent }).result).toMatchObject({ ok: true });
    await expect.poll(() => isLeft, { timeout: 5_000 }).toBe(true);
  });

  it("ends the command when its input fails, or is left in the middle, and never its input before it", { timeout: 60_000 }, async () => {
    const { transport, folder } = under();
    const file = `${folder}/fed`;
    const controller = new AbortController();
    async function* failing(how: () => void): AsyncGenerator<string> {
      yield "first\n";
      await expect.poll(() => transport.stat(file), { timeout: 5_000 }).toBeDefined();
      how();
      await new Promise((resolve) => setTimeout(resolve, 5_000));
    }
    const script = ["sh", "-c", 'read -r line; echo $$ >"$1"; trap "" TERM; cat && echo whole >"$1"', "sh", file];
    const ways = [{ how: () => controller.abort(), signal: controller.signal }, { how: () => { throw new RangeError("no more"); } }] as const;
    for (const { how, ...options } of ways) {
      await expect(transport.stream(script, { stdin: failing(how), ...options }).result).rejects.toThrow(/aborted|no more/);
      const group = new TextDecoder().decode(await transport.readFile(file)).trim();
      expect(group).toMatch(/^\d+$/);
      expect(await transport.exec(["sh", "-c", 'kill -s 0 -- "-$1"', "alive", group])).toMatchObject({ ok: false });
      await transport.remove(file);
    }
  });

  it("ends the command when its reader leaves, before the loop is over", async () => {
    const file = `${under().folder}/left`;
    for await (const text of under().transport.stream(["sh", "-c", 'echo $$ >"$1"; while :; do echo line; done', "left", file])) {
      if (text.includes("line")) break;
    }
    const group = new TextDecoder().decode(await under().transport.readFile(file)).trim();
    expect(await under().transport.exec(["sh", "-c", 'kill -s 0 -- "-$1"', "alive", group])).toMatchObject({ ok: false });
  });

  it("waits for a slow reader instead of filling the memory", async () => {
    const file = `${under().folder}/written`;
    const stream = under().transport.stream(["sh", "-c", 'for n in 1 2 3; do head -c 16000000 /dev/zero; echo $n >"$1"; done', "slow", file]);
    const reader = stream[Symbol.asyncIterator]();
    await reader.next();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await under().transport.stat(file)).toBeUndefined();
    let bytes = 0;
    for (let next = await reader.next(); next.done !== true; next = await reader.next()) bytes += next.value.length;
    expect(bytes).toBeGreaterThan(40_000_000);
    expect(await stream.result).toMatchObject({ exitCode: 0 });
  });

  it("throws in the loop what ends it", async () => {
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      for await (const text of under().transport.stream(["sh", "-c", "echo on; sleep 300"], { signal: controller.signal })) if (text.includes("on")) controller.abort();
    };
    await expect(read()).rejects.toBeInstanceOf(AbortedError);
    const failing = async (): Promise<void> => {
      for await (const text of under().transport.stream(["false"], { check: true })) throw new Error(`false has printed ${text}`);
    };
    await expect(failing()).rejects.toMatchObject({ code: "command-failed" });
  });

  it("leaves no rejection behind that nobody looks at", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    under().transport.stream([""]);
    under().transport.stream(["false"], { check: true });
    await new Promise((resolve) => setTimeout(resolve, 500));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });
}
