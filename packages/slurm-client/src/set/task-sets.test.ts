import { AbortedError, compose } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { accepts, count, login, submits } from "../submit/fixtures/scripted-login.js";

describe("a set that is given up while it is begun", () => {
  it("was not sent, whatever the abort met", async () => {
    const at = login({ submit: accepts });
    const slurm = await at.connect();
    const met = new AbortedError("batch of 6: aborted by the caller");
    Object.assign(at.transport, { exec: () => Promise.reject(met), batch: () => Promise.reject(met) });
    const begun = slurm.submitSet({ key: "sweep", tasks: "0-9", spec: { launch: compose(["true"]) } });
    await expect(begun).rejects.toMatchObject({ name: "AbortedError", cause: met, detail: { outcome: "not-sent" }, message: expect.stringContaining('the set "sweep" was let go before anything of it was sent from here') as string });
    expect(count(at, submits)).toBe(0);
  });
});
