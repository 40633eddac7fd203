import { Duplex } from "node:stream";
import type { Transport } from "@hpckit/core";

/**
 * What happens to a request that submits: it never arrives; it is carried out and its answer is lost; or the answer does not come, as long as
 * somebody waits.
 */
export type RestFault = "request-lost" | "answer-lost" | "no-answer";

/** A connection over which the first submissions to slurmrestd meet a fault. */
export function losingRest(transport: Transport, fault: RestFault, times = 1): Transport {
  let left = times;
  return { ...transport, connect: async (address) => faulty(await transport.connect(address), fault, () => left-- > 0) };
}

function faulty(real: Duplex, fault: RestFault, isNext: () => boolean): Duplex {
  let met = false;
  const cut = (): void => void connection.destroy(new Error("the connection was cut"));
  const connection = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _, done) {
      if (!met && /^POST \S*\/job\/submit /.test(chunk.toString("latin1"))) met = isNext();
      if (met && fault === "request-lost") cut();
      else real.write(chunk, done);
    },
    final: (done) => real.end(done),
    destroy(error, done) {
      real.destroy();
      done(error);
    },
  });
  real.on("data", (piece) => {
    if (!met) connection.push(piece);
    else if (fault === "answer-lost") cut();
  });
  real.on("end", () => (met && fault === "no-answer" ? undefined : connection.push(null)));
  real.on("error", (error) => connection.destroy(error));
  return connection;
}
