import { once } from "node:events";
import { connect } from "node:net";
import { PassThrough, type Duplex } from "node:stream";
import { expect, it, vi } from "vitest";
import { forwardService } from "./forward-service.js";

it("goes on where the caller's own callback fails", async () => {
  const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  const services: (() => Promise<Duplex>)[] = [() => Promise.resolve(new PassThrough()), () => Promise.reject(new Error("nobody listens")), () => Promise.resolve(new PassThrough())];
  const running = { done: () => new Promise<never>(() => undefined) };
  const onTrouble = vi.fn(() => {
    throw new Error("the caller's own");
  });
  await using port = await forwardService(running, () => services.shift()?.() ?? Promise.reject(new Error("asked too often")), { onTrouble });
  const refused = connect(port.port, port.host);
  await once(refused, "close");
  expect(onTrouble).toHaveBeenCalledTimes(1);
  const echoed = connect(port.port, port.host);
  echoed.write("still here");
  expect(String((await once(echoed, "data"))[0])).toBe("still here");
  echoed.destroy();
  expect(warned.mock.calls.map(([message]) => message)).toEqual(["onTrouble of job.forward has failed: the caller's own"]);
  warned.mockRestore();
});
