import { OutputUnreadableError } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allRecordings, recorded } from "../fixtures/recordings.js";
import { parseSubmitReply } from "./submit-reply.js";

const marker = "hpckit-0123";
const replied = (said: string): ReturnType<typeof parseSubmitReply> => parseSubmitReply(`a banner\n${marker} 1795179600\n${said}`, marker);

describe("parseSubmitReply", () => {
  it.each(allRecordings)("reads what sbatch of Slurm $version printed", (cluster) => {
    const { stdout } = recorded(cluster, "accepted");
    expect(replied(stdout)).toEqual({ id: stdout.trim(), submittedAtSeconds: 1_795_179_600 });
  });

  it.each(["12\n", "12;cluster\n", "Submitted batch job 12\n", "Submitted batch job 12 on cluster c\n", "Dear user, 3 jobs wait.\n12\n\nBye 4\n", " 12 \n"])("finds the id in %j", (said) => {
    expect(replied(said).id).toBe("12");
  });

  it.each(["", "sbatch: error\n", "12\n13\n", "0\n", "012\n", "12 13\n", "-12\n"])("guesses no id from %j", (said) => {
    expect(() => replied(said)).toThrow(OutputUnreadableError);
  });

  it("reads nothing without the marker, or with two", () => {
    expect(() => parseSubmitReply("12\n", marker)).toThrow(OutputUnreadableError);
    expect(() => parseSubmitReply(`${marker} 1\n${marker} 2\n12\n`, marker)).toThrow(OutputUnreadableError);
  });

  it("gives an id that was printed as a line of its own, or throws, whatever stands around it", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ maxLength: 8 }), fc.nat(99).map(String)), { maxLength: 4 }), (around) => {
        const said = around.join("\n");
        try {
          expect(said.split(/\r?\n/).map((line) => line.trim().split(";")[0])).toContain(replied(said).id);
        } catch (error) {
          if (!(error instanceof OutputUnreadableError)) throw error;
        }
      }),
    );
  });
});
