import { OptionsError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { submittedAt } from "../fixtures/scripted-slurm.js";
import { accepts, login } from "../submit/fixtures/scripted-login.js";

describe("a job's reference", () => {
  it("is read strictly", async () => {
    const slurm = await login({ submit: accepts }).connect();
    expect(() => slurm.job({ id: "12,13", cluster: "test", submittedAtSeconds: 1 })).toThrow(OptionsError);
    expect(() => slurm.job({ id: "12", cluster: "other", submittedAtSeconds: 1 })).toThrow("one of the cluster other; this is test");
  });

  it("from a file has nothing removed outside of our own folder", async () => {
    const { connect, transport, files } = login({ submit: accepts });
    const slurm = await connect();
    const secretsFile = "/home/alice/.hpckit/secrets/../../thesis.tex";
    const others = [secretsFile, "/etc/hosts", "/home/alice/.hpckit/secrets/..", "/home/alice/.hpckit/secrets"];
    for (const file of others) files.set(file, "precious");
    expect(transport.calls).toHaveLength(1);
    for (const file of others) {
      const job = slurm.job({ id: "12", cluster: "test", submittedAtSeconds: submittedAt, secretsFile: file });
      expect((await job.done()).kind).toBe("lost");
    }
    expect([...files.keys()]).toEqual(others);
  });
});
