import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TransportError, type CopyProgress, type Transport } from "@hpckit/core";
import { expect, it } from "vitest";
import { openFaultGround, type FaultGround } from "../../../tools/soak/transport/fault-ground.js";
import { sshTo } from "./over-sshd.js";

const mib = 1024 * 1024;
const bytes = Buffer.from(Uint8Array.from({ length: 80 * mib + 3 }, (_, index) => (index * 31 + (index >> 8) * 7 + (index >> 20)) % 256));

/** Cuts the connection each time after so many bytes, fewer than the copy takes, until it is whole. */
async function throughCuts(ground: FaultGround, everyBytes: number, copy: (login: Transport) => Promise<unknown>): Promise<number> {
  for (let cuts = 0; ; cuts++) {
    await using login = await ground.login();
    ground.wire.cutAfter(everyBytes);
    const end = await copy(login).catch((error: unknown) => error);
    ground.wire.cutAfter(Infinity);
    if (!(end instanceof TransportError)) return cuts;
    expect(end.code).toMatch(/^(?:connection-lost|reply-incomplete)$/);
    expect(cuts).toBeLessThan(10);
  }
}

it("gets a large file through a connection that never lasts long enough for it, both ways", async () => {
  await using ground = await openFaultGround();
  const [original, back] = [join(ground.here, "original"), join(ground.here, "back")];
  await writeFile(original, bytes);
  expect(await throughCuts(ground, 36 * mib, (login) => login.upload(original, "up", { resume: true }))).toBeGreaterThanOrEqual(2);
  expect(await throughCuts(ground, 36 * mib, (login) => login.download("up", back, { resume: true }))).toBeGreaterThanOrEqual(2);
  for (const path of [join(ground.there, "up"), back]) expect(Buffer.compare(await readFile(path), bytes)).toBe(0);
});

it("continues over another connection while the first one hangs, and the first one can do no harm", async () => {
  await using ground = await openFaultGround();
  const original = join(ground.here, "original");
  await writeFile(original, bytes);
  const hanging = await ground.login();
  let stop: (() => void) | undefined;
  const first = hanging.upload(original, "up", {
    resume: true,
    onProgress({ transferredBytes }) {
      // Of four lanes each has a block under way that is not whole.
      if (transferredBytes > 60 * mib) stop?.();
    },
  });
  first.catch(() => undefined);
  await new Promise<void>((resolve) => (stop = resolve));
  ground.wire.freeze();
  await using login = await sshTo(ground.server);
  let last: CopyProgress | undefined;
  await login.upload(original, "up", { resume: true, onProgress: (each) => (last = each) });
  expect(last?.resumedBytes).toBeGreaterThan(8 * mib);
  ground.wire.thaw();
  await expect(first).rejects.toMatchObject({ code: "file-failed", message: expect.stringContaining("another call with resume") as unknown });
  await hanging[Symbol.asyncDispose]();
  expect(Buffer.compare(await readFile(join(ground.there, "up")), bytes)).toBe(0);
});
