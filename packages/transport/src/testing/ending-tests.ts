import { AbortedError, TimeoutError, type Transport } from "@hpckit/core";
import { expect, it } from "vitest";
import type { TransportUnderTest } from "./describe-transport.js";

export function endingTests(under: () => TransportUnderTest, connect: () => Promise<Transport>): void {
  /** A command that writes its process id and then stays, with a child. */
  const staying = (file: string, more = ""): readonly string[] => ["sh", "-c", `${more} echo $$ >"$1"; sleep 300 & sleep 300; sleep 300`, "staying", `${under().folder}/${file}`];
  const untilWritten = async (file: string): Promise<number> => {
    for (let tries = 0; tries < 200; tries++) {
      const content = await under().transport.readFile(`${under().folder}/${file}`).catch(() => new Uint8Array());
      if (content.length > 0) return Number(new TextDecoder().decode(content));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("the command did not start");
  };
  const groupIsAlive = async (group: number): Promise<boolean> => (await under().transport.exec(["sh", "-c", 'kill -s 0 -- "-$1"', "alive", String(group)])).ok;

  it("ends the process group when time is over, before it throws", async () => {
    await expect(under().transport.exec(staying("timed"), { timeoutMs: 1_500 })).rejects.toBeInstanceOf(TimeoutError);
    expect(await groupIsAlive(await untilWritten("timed"))).toBe(false);
  });

  it("ends the process group when the caller aborts, before it throws", async () => {
    const controller = new AbortController();
    const running = under().transport.exec(staying("aborted"), { signal: controller.signal });
    const refused = expect(running).rejects.toBeInstanceOf(AbortedError);
    const group = await untilWritten("aborted");
    expect(await groupIsAlive(group)).toBe(true);
    controller.abort();
    await refused;
    expect(await groupIsAlive(group)).toBe(false);
  });

  it("ends a process group that does not listen to TERM", async () => {
    const startedAt = performance.now();
    await expect(under().transport.exec(staying("deaf", "trap '' TERM;"), { timeoutMs: 1_500 })).rejects.toBeInstanceOf(TimeoutError);
    expect(await groupIsAlive(await untilWritten("deaf"))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  it("ends a command that reads none of a large input", async () => {
    await expect(under().transport.exec(staying("full"), { timeoutMs: 2_500, stdin: new Uint8Array(3_000_000) })).rejects.toBeInstanceOf(TimeoutError);
    expect(await groupIsAlive(await untilWritten("full"))).toBe(false);
  });

  it("starts nothing for a signal that has fired already", async () => {
    await expect(under().transport.exec(["touch", `${under().folder}/never`], { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AbortedError);
    expect(await under().transport.stat(`${under().folder}/never`)).toBeUndefined();
  });

  it("ends a command that prints more than is kept", async () => {
    await expect(under().transport.exec(["yes"], { maxOutputBytes: 10_000 })).rejects.toMatchObject({ code: "output-too-large" });
    await expect(under().transport.exec(["sh", "-c", "head -c 70000000 /dev/zero | tr '\\0' '\\033'"])).rejects.toMatchObject({ code: "output-too-large" });
    await expect(under().transport.exec(["sh", "-c", "yes >&2"], { maxOutputBytes: 10_000 })).rejects.toMatchObject({ code: "output-too-large" });
  });

  it("ends what still runs when it is closed", async () => {
    const other = await connect();
    const running = other.exec(staying("closed"));
    const refused = expect(running).rejects.toMatchObject({ name: "TransportError" });
    const group = await untilWritten("closed");
    await other[Symbol.asyncDispose]();
    await refused;
    expect(await groupIsAlive(group)).toBe(false);
    await expect(other.exec(["true"])).rejects.toMatchObject({ code: "connection-lost" });
  });
}
