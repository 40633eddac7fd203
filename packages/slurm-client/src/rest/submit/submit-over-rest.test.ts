import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TransportError, type ExecResult, type ExecStream, type Transport } from "@hpckit/core";
import { manualClock, scriptedTransport, type ManualClock } from "@hpckit/core/testing";
import { afterEach, describe, expect, it } from "vitest";
import { facts, inputOf } from "../../fixtures/scripted-slurm.js";
import type { SubmitAnswer } from "../../submit/submit-frames.js";
import type { SubmitRequest } from "../../submit/submit-request.js";
import { openRestSession } from "../rest-session.js";
import { createRestSubmission } from "./submit-over-rest.js";

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanUp.splice(0)) clean();
});

/** A shell of this machine for a login node, with an sbatch that gives 900. */
function localLogin(root: string): Pick<Transport, "stream" | "exec"> {
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "bin", "sbatch"), "#!/bin/sh\ncat >/dev/null\necho 900\n");
  chmodSync(join(root, "bin", "sbatch"), 0o755);
  const run = async (argv: readonly string[], stdin = ""): Promise<ExecResult> => {
    const child = spawn(argv[0] ?? "", argv.slice(1), { env: { PATH: `${join(root, "bin")}:${process.env["PATH"] ?? ""}`, HOME: root } });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (piece: Buffer) => (stdout += piece.toString()));
    child.stderr.on("data", (piece: Buffer) => (stderr += piece.toString()));
    child.stdin.on("error", () => undefined).end(stdin);
    const exitCode = await new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 255)));
    return { argv, exitCode, signal: undefined, stdout, stderr, ok: exitCode === 0 } as ExecResult;
  };
  return {
    exec: (argv, options) => run(argv, inputOf({ options: options ?? {} })),
    stream(argv, options) {
      const result = run(argv, inputOf({ options: options ?? {} }));
      return {
        result,
        async *bytes() { yield Buffer.from((await result).stdout); },
        async *[Symbol.asyncIterator]() { yield (await result).stdout; },
      } satisfies ExecStream;
    },
  };
}

type Answer = (job: { readonly name: string }, response: ServerResponse) => void;
const queued = (id: number): Answer => (_, response) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ job_id: id, errors: [] }));
const refused = (status: number, number: number, error: string): Answer => (_, response) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ errors: [{ error_number: number, error, description: "Batch job submission failed" }] }));
const cut: Answer = (_, response) => response.socket?.destroy();

interface Ground {
  readonly submit: (requests: readonly SubmitRequest[], signal?: AbortSignal) => Promise<readonly (SubmitAnswer | undefined)[]>;
  readonly request: (name: string, changes?: Partial<SubmitRequest>) => SubmitRequest;
  readonly claim: (name: string) => string;
  readonly claims: string;
  /** Names of the jobs that slurmrestd was told of. */
  readonly told: string[];
  readonly connections: () => number;
  readonly clock: ManualClock;
  /** What happens when slurmrestd is connected to, and when the login node is asked, or told, anything. */
  readonly on: { connect: () => void | Promise<void>; exec: () => void; login: () => ExecStream | undefined };
}

async function ground(answer: Answer): Promise<Ground> {
  const root = mkdtempSync(join(tmpdir(), "hpckit-rest-"));
  const told: string[] = [];
  let connections = 0;
  const clock = manualClock(0);
  const on: Ground["on"] = { connect: () => undefined, exec: () => undefined, login: () => undefined };
  const server = createServer((request, response) => {
    if (request.url?.endsWith("/ping") === true) return void response.writeHead(request.url.includes("v0.0.42") ? 200 : 404, { "content-type": "application/json" }).end('{"meta": {}, "errors": []}');
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      const { job } = JSON.parse(body) as { job: { name: string } };
      told.push(job.name);
      answer(job, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUp.push(() => {
    server.close();
    server.closeAllConnections();
    rmSync(root, { recursive: true });
  });
  const claims = join(root, "claims");
  const login = localLogin(root);
  const transport: Transport = {
    ...scriptedTransport(() => ({ stdout: "" })),
    ...login,
    exec: async (...told) => {
      on.exec();
      return login.exec(...told);
    },
    stream: (...told) => on.login() ?? login.stream(...told),
    connect: async () => {
      await on.connect();
      connections += 1;
      return new Promise((resolve) => {
        const socket = connect((server.address() as AddressInfo).port, "127.0.0.1", () => resolve(socket));
      });
    },
  };
  const programs = { binFolder: undefined, keepVariables: [] };
  const session = await openRestSession({ address: { host: "rest.example", port: 6820 } }, { transport, programs, clock });
  const submission = createRestSubmission({ session, commandLine: { transport, programs, facts }, clock });
  connections = 0;
  return {
    claims,
    told,
    connections: () => connections,
    clock,
    on,
    claim: (name) => readFileSync(join(claims, name), "utf8"),
    request: (name, changes = {}) => ({
      token: name,
      attempt: 1,
      nonce: "abc123",
      header: { key: name, spec: "digest", places: { workFolder: root, output: "/dev/null" } },
      folders: [root],
      spec: { name, launch: { argv: ["true"], setup: [], teardown: [], needs: [] }, workFolder: root, output: "/dev/null" },
      script: "#!/bin/sh\ntrue\n",
      ...changes,
    }),
    async submit(requests, signal) {
      const answers: (SubmitAnswer | undefined)[] = requests.map(() => undefined);
      await submission(requests, { claimFolder: claims, onAnswer: (each, index) => (answers[index] = each), signal });
      return answers;
    },
  };
}

describe("submissions over slurmrestd", () => {
  it("claim, queue and record each, as the command line does, over few connections", async () => {
    let id = 100;
    const at = await ground((job, response) => queued((id += 1))(job, response));
    const answers = await at.submit(Array.from({ length: 100 }, (_, index) => at.request(`k${index}`)));
    expect(new Set(answers.map((answer) => (answer?.kind === "answered" && answer.answer.kind === "accepted" ? answer.answer.id : "none"))).size).toBe(100);
    expect(at.told).toHaveLength(100);
    expect(at.connections()).toBeLessThan(12);
    expect(at.claim("k7.1")).toMatch(/^hpckit submission 1\nkey "k7"\n[^]*\nover rest\nhost \S+ \d+ \d+\nclaimed abc123\nreply abc123 0\n\d+\nend abc123\n$/);
  });

  it("tell nothing of a key that is claimed already", async () => {
    const at = await ground(queued(101));
    await at.submit([at.request("a")]);
    expect(await at.submit([at.request("a", { nonce: "def456" })])).toMatchObject([{ kind: "taken", found: { attempts: [{ state: { kind: "answered", answer: { id: "101" } } }] } }]);
    expect(at.told).toEqual(["a"]);
  });

  it("record what is refused, by the number of its error", async () => {
    const at = await ground(refused(422, 2045, "a text of the future"));
    expect(await at.submit([at.request("a")])).toMatchObject([{ kind: "answered", answer: { kind: "refused", problem: "account" } }]);
    expect(at.claim("a.1")).toContain("\nreply abc123 1\nslurmrestd: error 2045: a text of the future: Batch job submission failed\n");
  });

  it("leave a claim open whose answer was lost, and go on with the others", async () => {
    const at = await ground((job, response) => (job.name === "a" ? cut : queued(101))(job, response));
    expect(await at.submit([at.request("a"), at.request("b")])).toMatchObject([{ kind: "unanswered", cause: { code: "reply-incomplete" } }, { kind: "answered", answer: { kind: "accepted" } }]);
    expect(at.claim("a.1")).toMatch(/claimed abc123\n$/);
  });

  it.each([
    ["a time-out", 504, 5004, "unclear"],
    ["no more than that it failed", 500, -1, "unclear"],
    ["no controller", 502, 1800, "refused"],
  ])("send no more after %s, and free what they do not send", async (_, status, number, kind) => {
    const at = await ground(refused(status, number, "Unspecified error"));
    const answers = await at.submit(Array.from({ length: 20 }, (__, index) => at.request(`k${index}`)));
    expect(at.told.length).toBeLessThan(5);
    expect(answers[0]).toMatchObject({ kind: "answered", answer: { kind } });
    expect(answers.at(-1)).toEqual({ kind: "skipped" });
    expect(at.claim("k19.1")).toMatch(/claimed abc123\nsettled abc123 none\n$/);
  });

  it("claim no more keys once the controller did not answer", async () => {
    const at = await ground(refused(504, 5004, "Socket timed out on send/recv operation"));
    const answers = await at.submit(Array.from({ length: 203 }, (_, index) => at.request(`k${index}`)));
    expect(answers.slice(200)).toEqual([{ kind: "skipped" }, { kind: "skipped" }, { kind: "skipped" }]);
    expect(readdirSync(at.claims)).toHaveLength(200);
  });

  it("free the key where slurmrestd is not there", async () => {
    const at = await ground(queued(101));
    at.on.connect = () => {
      throw new TransportError("connection-refused", "nobody listens", { retryable: true });
    };
    expect(await at.submit([at.request("a")])).toMatchObject([{ kind: "not-sent", error: { code: "connection-refused" } }]);
    expect(at.claim("a.1")).toMatch(/settled abc123 none\n$/);
  });

  it.each(["connect", "login"] as const)("send nothing under a claim that grew old before the first byte could go (%s), and free the key", async (slow) => {
    const at = await ground(queued(101));
    at.on[slow] = () => {
      at.clock.advance(31_000);
      return undefined;
    };
    expect(await at.submit([at.request("a")])).toMatchObject([{ kind: "not-sent", error: { code: "submission-not-sent", outcome: "not-sent", retryable: true } }]);
    expect(at.told).toEqual([]);
    expect(at.claim("a.1")).toMatch(/settled abc123 none\n$/);
  });

  it("send nothing where the caller goes while there is no connection yet, and free the key", async () => {
    const at = await ground(queued(101));
    const leaving = new AbortController();
    // The records are written before the time is over.
    Object.assign(at.clock, { sleep: () => new Promise(() => undefined) });
    at.on.connect = () => {
      leaving.abort();
      return new Promise(() => undefined);
    };
    expect(await at.submit([at.request("a"), at.request("b")], leaving.signal)).toMatchObject([{ kind: "not-sent", error: { code: "aborted" } }, { kind: "not-sent", error: { code: "aborted" } }]);
    expect(at.told).toEqual([]);
    expect(at.claim("b.1")).toMatch(/settled abc123 none\n$/);
  });

  it("are told soon where the caller goes while they are recorded, and that does not end", async () => {
    const at = await ground(queued(101));
    const leaving = new AbortController();
    let scripts = 0;
    at.on.login = () => {
      if (++scripts === 1) return undefined;
      leaving.abort();
      const never = new Promise<never>(() => undefined);
      return { result: never, bytes: () => never, [Symbol.asyncIterator]: () => ({ next: () => never }) } as unknown as ExecStream;
    };
    expect(await at.submit([at.request("a")], leaving.signal)).toMatchObject([{ kind: "answered", answer: { id: "101" } }]);
  });

  it("claim nothing where the login node does not say what it would hand to jobs", async () => {
    const at = await ground(queued(101));
    at.on.exec = () => {
      throw new TransportError("permission-denied", "no shell");
    };
    const odd = at.request("b");
    expect(await at.submit([at.request("a"), { ...odd, spec: { ...odd.spec, extraArguments: ["--nice=3"] } }])).toMatchObject([{ kind: "not-begun", error: { code: "permission-denied" } }, { kind: "answered", answer: { id: "900" } }]);
    expect(readdirSync(at.claims)).toEqual(["b.1"]);
  });

  it.each([
    ["a lost connection to accounting", 502, 7000],
    ["no more than that it failed", 500, -1],
    ["a reply of no bytes", 500, 5005],
  ])("leave it open whether there is a job after %s", async (_, status, number) => {
    const at = await ground(refused(status, number, "Unspecified error"));
    expect(await at.submit([at.request("a")])).toMatchObject([{ kind: "answered", answer: { kind: "unclear" } }]);
    expect(at.told).toEqual(["a"]);
  });

  it.each([
    [404, "no such address"],
    [302, "redirected"],
    [401, "wants a token, and none was given"],
  ])("free the key after %i", async (status, says) => {
    const at = await ground((_, response) => response.writeHead(status, { "content-type": "text/html", location: "https://elsewhere.example" }).end("<html>"));
    expect(await at.submit([at.request("a")])).toMatchObject([{ kind: "not-sent", error: { message: expect.stringContaining(says) as string } }]);
    expect(at.claim("a.1")).toMatch(/settled abc123 none\n$/);
  });

  it("go by sbatch the next time where slurmrestd cannot read a job", async () => {
    const at = await ground(refused(400, 9001, "Failure during parsing"));
    expect(await at.submit([at.request("a")])).toMatchObject([{ kind: "taken", found: { attempts: [{ number: 1, state: { kind: "settled", id: undefined } }] } }]);
    expect(await at.submit([at.request("a", { attempt: 2 })])).toMatchObject([{ kind: "answered", answer: { kind: "accepted", id: "900" } }]);
    expect(at.told).toEqual(["a"]);
  });

  it("go by sbatch, beside the others, where there are no words for a job", async () => {
    const at = await ground(queued(101));
    const odd = at.request("b");
    const answers = await at.submit([at.request("a"), { ...odd, spec: { ...odd.spec, extraArguments: ["--nice=3"] } }, at.request("c")]);
    expect(answers).toMatchObject([{ answer: { id: "101" } }, { answer: { id: "900" } }, { answer: { id: "101" } }]);
    expect([...at.told].sort()).toEqual(["a", "c"]);
    expect(readdirSync(at.claims).sort()).toEqual(["a.1", "b.1", "c.1"]);
  });

  it("say what folder is missing before anything is claimed", async () => {
    const at = await ground(queued(101));
    expect(await at.submit([at.request("a", { folders: ["/no such folder"] })])).toEqual([{ kind: "folder-missing", folder: "/no such folder" }]);
    expect(at.told).toEqual([]);
  });
});
