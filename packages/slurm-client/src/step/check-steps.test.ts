import { compose } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { expect, it } from "vitest";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import { checkSteps } from "./check-steps.js";
import { step } from "./step.js";

it("an MPI type that the cluster lacks is refused with those that it has", async () => {
  const context = scriptedContext(scriptedTransport(() => ({ stdout: "MPI plugin types are...\n\tnone\n\tcray_shasta\n\tpmi2\n" })), {});
  const check = (mpi: string): Promise<void> => checkSteps(compose(["./model"], [step({ mpi })]), context);
  await expect(check("foo")).rejects.toThrow('mpi: this cluster has no MPI type "foo"; it has "none", "cray_shasta", "pmi2"');
  await expect(check("pmi2")).resolves.toBeUndefined();
});
