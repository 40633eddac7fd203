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
