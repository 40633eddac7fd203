import { AbortedError, prepare, TransportError } from "@hpckit/core";
import { expect, it } from "vitest";
import type { SlurmBackend } from "../backend/slurm-backend.js";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import { readJobSpec } from "../spec/read-job-spec.js";
import { login, spec } from "./fixtures/scripted-login.js";
import type { SubmitAnswer } from "./submit-frames.js";
import { submitJobs } from "./submit-jobs.js";

it.each<[string, SubmitAnswer, object]>([
  ["an abort before anything was sent", { kind: "not-sent", error: new AbortedError("POST /slurm/v0.0.42/job/submit: aborted") }, { code: "aborted", message: "the submission was aborted; nothing was queued", detail: { outcome: "not-sent" }, cause: { message: "enough" } }],
  ["a fault before anything was sent", { kind: "not-sent", error: new TransportError("connection-refused", "nobody listens") }, { code: "submission-not-sent", outcome: "not-sent", retryable: true }],
  ["a fault before the key was claimed", { kind: "not-begun", error: new TransportError("permission-denied", "no shell") }, { code: "submission-not-sent", outcome: "not-sent", retryable: false }],
])("%s ends a submission, and it is said that nothing was queued", async (_, answer, error) => {
  const giveUp = new AbortController();
  const at = login({ submit: () => ({}) });
  const submit: SlurmBackend["submit"] = async (requests, { onAnswer }) => {
    giveUp.abort(new Error("enough"));
    requests.forEach((_request, index) => onAnswer(answer, index));
  };
  const context = scriptedContext(at.transport);
  const order = { submission: { key: "k", namespace: undefined, token: "0f", spec: readJobSpec(spec, "test"), launch: await prepare(spec.launch, at.transport) }, signal: giveUp.signal };
  expect(await submitJobs({ ...context, backend: { ...context.backend, submit } }, [order])).toMatchObject([{ kind: "error", error }]);
  expect(at.files.size).toBe(0);
});
