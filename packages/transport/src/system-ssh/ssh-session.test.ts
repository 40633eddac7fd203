import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import type { SshProcess } from "./ssh-process.js";
import { untilOpen } from "./ssh-session.js";

const process = (stderr: PassThrough): SshProcess => ({ stderr }) as unknown as SshProcess;

it("leaves to the next listener what was said after the session had opened, also in the same piece", async () => {
  const stderr = new PassThrough();
  const opening = untilOpen(process(stderr));
  for (const piece of ["debug1: mux_client_request_session: master session", " id: 2\r\nsudo: a pass", "word is required\n"]) {
    stderr.write(piece);
    await turn();
  }
  expect(await opening).toMatchObject({ isOpen: true });
  let text = "";
  stderr.on("data", (piece: Buffer) => (text += piece.toString())).resume();
  await turn();
  expect(text).toBe("sudo: a password is required\n");
});

it("gives all that was said where no session opens", async () => {
  const stderr = new PassThrough();
  const opening = untilOpen(process(stderr));
  stderr.end("session request failed: Session open refused by peer\r\n");
  expect(await opening).toEqual({ isOpen: false, said: "session request failed: Session open refused by peer\r\n" });
});
