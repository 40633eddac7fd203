import { rmSync } from "node:fs";
import { chmod, chown, mkdtemp, stat, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manualClock, scriptedTransport } from "@hpckit/core/testing";
import { AbortedError, secret, TransportError, type Secret, type Transport } from "@hpckit/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { RestAuthenticationError, SlurmMissingError } from "../error/slurm-error.js";
import type { RestTokenSource } from "./rest-options.js";
import { openRestSession, type RestSession } from "./rest-session.js";

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanUp.splice(0)) clean();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface Served {
  readonly open: (token?: RestTokenSource, transport?: Partial<Transport>) => Promise<RestSession>;
  readonly seen: { readonly method: string; readonly url: string; readonly token: string }[];
}

/** A server that speaks v0.0.42 and v0.0.40, and answers other requests as it is told. */
async function serve(answer: Answer, nowMs = 0): Promise<Served> {
  const seen: Served["seen"] = [];
  const server = createServer((request, response) => {
    const { url = "", method = "" } = request;
    seen.push({ method, url, token: String(request.headers["x-slurm-user-token"] ?? "") });
    if (!url.endsWith("/ping")) answer(request, response);
    else if (/v0\.0\.4[02]/.test(url)) response.writeHead(200, { "content-type": "application/json" }).end('{"pings": [], "meta": {"slurm": {"cluster": "there"}}, "errors": []}');
    else response.writeHead(404, { "content-type": "text/plain" }).end("Unable find requested URL.");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUp.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const open: Served["open"] = (token, more = {}) => {
    const transport: Transport = {
      ...scriptedTransport(() => ({ stdout: `SLURM_JWT=${jwt(nowMs / 1000 + 1800, "made")}\n` })),
      connect: () => new Promise((resolve) => {
        const socket = connect(port, "127.0.0.1", () => resolve(socket));
      }),
      ...more,
    };
    return openRestSession({ address: { host: "rest.example", port: 6820 }, token }, { transport, programs: { binFolder: undefined, keepVariables: [], cluster: undefined }, clock: manualClock(nowMs) });
  };
  return { open, seen };
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (exp: number, signature: string): string => `${part({ alg: "HS256" })}.${part({ exp })}.${signature}`;
const says = (status: number, body: unknown): Answer => (_, response) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
const good: Answer = (_, response) => response.writeHead(200, { "content-type": "application/json" }).end('{"jobs": [], "errors": []}');
const jobs = { method: "GET", daemon: "slurm", path: "jobs" } as const;
const failure = (promise: Promise<unknown>): Promise<unknown> => promise.then((value) => ({ resolved: value }), (error: unknown) => error);

describe("a session with slurmrestd", () => {
  it("speaks the newest version that both know", async () => {
    const { open, seen } = await serve(good);
    expect(await open()).toMatchObject({ version: { text: "v0.0.42" }, cluster: "there", user: "tester" });
    expect(seen.map(({ url }) => url)).toEqual(["/slurm/v0.0.45/ping", "/slurm/v0.0.44/ping", "/slurm/v0.0.43/ping", "/slurm/v0.0.42/ping"]);
  });

  it.each([
    ["nothing is spoken that is known", 404, "<html>"],
    ["something else knows no such address, in JSON", 404, '{"errors": [{"error": "no route"}]}'],
    ["something else answers all", 200, '{"status": "ok"}'],
  ])("is none where %s", async (_, status, body) => {
    const { open } = await serve(good);
    const other: Partial<Transport> = {
      connect: async () => {
        const elsewhere = createServer((__, response) => response.writeHead(status, { "content-type": "application/json" }).end(body));
        await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
        cleanUp.push(() => elsewhere.close());
        return connect((elsewhere.address() as AddressInfo).port, "127.0.0.1");
      },
    };
    expect(await failure(open(undefined, other))).toBeInstanceOf(SlurmMissingError);
  });

  it("asks for many values of a parameter by repeating it", async () => {
    const { open, seen } = await serve(good);
    await (await open()).ask({ method: "GET", daemon: "slurmdb", path: "jobs", query: { step: ["1", "2&x"], skip_steps: "true" } });
    expect(seen.at(-1)?.url).toBe("/slurmdb/v0.0.42/jobs?step=1&step=2%26x&skip_steps=true");
  });

  it.each([401, 511])("asks for another token after %i, once, and sends the request again", async (status) => {
    const tokens = ["a.b.old", "a.b.new"];
    const { open, seen } = await serve((request, response) => {
      if (request.headers["x-slurm-user-token"] === "a.b.new") good(request, response);
      else response.writeHead(status, { "content-type": "application/json" }).end(status === 401 ? "Authentication failure" : '{"errors": [{"error_number": 1007, "error": "Protocol authentication error"}]}');
    });
    const session = await open(() => secret(tokens.shift() ?? "a.b.new"));
    const reply = await session.ask({ method: "POST", daemon: "slurm", path: "job/submit", body: {} });
    expect(reply.problems).toEqual([]);
    expect(seen.filter(({ method }) => method === "POST").map(({ token }) => token)).toEqual(["a.b.old", "a.b.new"]);
  });

  it.each([
    ["no connection to slurmdbd", { errors: [{ error_number: 7000, error: "Unable to connect to database" }] }],
    ["that the reason was lost", { errors: [{ error_code: -1, error: "Unspecified error" }] }],
  ])("never repeats what changes something where the answer is %s, also if the token has ended", async (_, body) => {
    const nowMs = 1_800_000_000_000;
    const { open, seen } = await serve(says(500, body), nowMs);
    let count = 0;
    const session = await open(() => secret(jwt(nowMs / 1000 - 1, `n${(count += 1)}`)));
    for (const method of ["POST", "DELETE"] as const) expect((await session.send({ method, daemon: "slurm", path: "job/submit" })).problems).toHaveLength(1);
    expect(seen.filter(({ method }) => method !== "GET")).toHaveLength(2);
    await session.send(jobs);
    expect(seen.filter(({ url }) => url.endsWith("/jobs"))).toHaveLength(2);
    const alone = await open(secret(jwt(nowMs / 1000 - 1, "alone")));
    expect((await alone.send({ method: "POST", daemon: "slurm", path: "job/submit" })).problems).toHaveLength(1);
  });

  it("asks no more at a time than it may, and whoever is aborted leaves the line", async () => {
    const unanswered: (() => void)[] = [];
    const answer = (): void => unanswered.splice(0).forEach((each) => each());
    const { open, seen } = await serve((request, response) => unanswered.push(() => good(request, response)));
    const session = await open();
    const leaving = new AbortController();
    const asked = [...Array.from({ length: 4 }, () => session.send(jobs)), session.send({ ...jobs, path: "left", signal: leaving.signal }), session.send({ ...jobs, path: "last" })];
    await vi.waitFor(() => expect(seen.filter(({ url }) => url.endsWith("/jobs"))).toHaveLength(4));
    leaving.abort();
    expect(await failure(asked[4] ?? Promise.resolve())).toBeInstanceOf(AbortedError);
    answer();
    await vi.waitFor(() => expect(seen.at(-1)?.url).toMatch(/last$/));
    expect(seen.some(({ url }) => url.endsWith("left"))).toBe(false);
    answer();
    expect(await asked[5]).toMatchObject({ status: 200 });
  });

  it("does not wait for a token once it is aborted, though others do", async () => {
    const { open } = await serve(good);
    let give: (token: Secret) => void = () => undefined;
    let source = (): Secret | Promise<Secret> => secret(jwt(20, "short"));
    const session = await open(() => source());
    source = () => new Promise((resolve) => (give = resolve));
    const leaving = new AbortController();
    const [left, stays] = [session.send({ ...jobs, signal: leaving.signal }), session.send(jobs)];
    leaving.abort();
    expect(await failure(left)).toBeInstanceOf(AbortedError);
    give(secret("a.b.c"));
    expect((await stays).problems).toEqual([]);
  });

  it("does not go on with a token that stays refused, and shows it nowhere", async () => {
    const { open, seen } = await serve((request, response) => response.writeHead(511, { "content-type": "application/json" }).end(JSON.stringify({ errors: [{ error_number: 1007, error: `bad ${String(request.headers["x-slurm-user-token"])}` }] })));
    const session = await open(secret("hidden.hidden.hidden"));
    const error = await failure(session.ask(jobs));
    expect(error).toBeInstanceOf(RestAuthenticationError);
    expect(`${String(error)} ${JSON.stringify((error as RestAuthenticationError).detail)}`).not.toContain("hidden.hidden");
    expect(seen.filter(({ url }) => url.endsWith("/jobs"))).toHaveLength(1);
  });

  it("says when a token has ended that is refused", async () => {
    const nowMs = 1_800_000_000_000;
    const { open } = await serve((_, response) => response.writeHead(511, { "content-type": "application/json" }).end('{"errors": [{"error_number": 1007, "error": "Protocol authentication error"}]}'), nowMs);
    const session = await open(secret(jwt(nowMs / 1000 - 60, "old")));
    expect(await failure(session.ask(jobs))).toMatchObject({ code: "rest-authentication-failed", message: expect.stringMatching(/has ended \(2027-01-15T07:59:00\.000Z\).*renew it/) as string, retryable: true });
  });

  it("reads a token that is about to end again, before it is used, and once for many requests", async () => {
    const nowMs = 1_800_000_000_000;
    let count = 0;
    const { open, seen } = await serve(good, nowMs);
    const source = (): Secret => secret(jwt(nowMs / 1000 + (count === 0 ? 20 : 1800), `n${(count += 1)}`));
    const session = await open(source);
    await Promise.all(Array.from({ length: 10 }, () => session.ask(jobs)));
    expect(count).toBe(2);
    expect(seen.at(-1)?.token).toMatch(/\.n2$/);
  });

  it("makes a token with scontrol, and reads one from a file over there", async () => {
    const { open, seen } = await serve(good);
    await (await open({ scontrol: {} })).ask(jobs);
    expect(seen.at(-1)?.token).toMatch(/\.made$/);
    await (await open({ file: "/secret/jwt", on: "cluster" }, { readFile: async () => new TextEncoder().encode("x.y.z\n") })).ask(jobs);
    expect(seen.at(-1)?.token).toBe("x.y.z");
  });

  it("sends nothing that is no token", async () => {
    const { open, seen } = await serve(good);
    for (const text of ["", "two words", "a.b.c\r\nx-evil: 1", "a.b"]) expect(await failure(open(() => secret(text)))).toBeInstanceOf(RestAuthenticationError);
    expect(await failure(open({ file: "/nothing/there", on: "here" }))).toBeInstanceOf(RestAuthenticationError);
    expect(seen).toEqual([]);
  });

  it("says why there is no token, and nothing of what a function said", async () => {
    const { open } = await serve(good);
    const said = async (token: RestTokenSource): Promise<string> => ((await failure(open(token))) as Error).message;
    expect(await said(() => { throw new Error("hidden"); })).toBe("no token for slurmrestd: its source failed");
    expect(await said(secret("abc"))).toBe("what should hold the token of slurmrestd is no JWT: the secret");
    expect(await said(secret("\n"))).toBe("what should hold the token of slurmrestd holds none: the secret");
  });

  it("says where there is no file, and what to do; only one that was there may come again by itself", async () => {
    const { open } = await serve((_, response) => response.writeHead(401).end("Authentication failure"));
    const never = "have the token written there, or name another source with { rest: { token } }";
    expect(await failure(open({ file: "/nothing/there", on: "here" }))).toMatchObject({ retryable: false, message: `no token for slurmrestd: there is no /nothing/there on this machine; ${never}` });
    const absent = (): Promise<never> => Promise.reject(new TransportError("file-not-found", "no such file: /secret/jwt"));
    expect(await failure(open({ file: "/secret/jwt", on: "cluster" }, { readFile: absent }))).toMatchObject({ retryable: false, message: expect.stringMatching(/^no token for slurmrestd: there is no \/secret\/jwt on \S+; have the token/) as string });
    const closed = new TransportError("permission-denied", "closed: /secret/jwt");
    expect(await failure(open({ file: "/secret/jwt", on: "cluster" }, { readFile: () => Promise.reject(closed) }))).toMatchObject({ retryable: false, message: expect.stringContaining("cannot be read (closed: /secret/jwt)") as string });
    const lost = new TransportError("connection-lost", "lost");
    expect(await failure(open({ file: "/secret/jwt", on: "cluster" }, { readFile: () => Promise.reject(lost) }))).toMatchObject({ retryable: true });
    let reads = 0;
    const session = await open({ file: "/secret/jwt", on: "cluster" }, { readFile: () => (reads++ === 0 ? Promise.resolve(new TextEncoder().encode("x.y.z\n")) : absent()) });
    expect(await failure(session.ask(jobs))).toMatchObject({ code: "rest-authentication-failed", retryable: true, message: expect.stringContaining("there was one before: what renews it must write it again") as string });
  });

  it("takes no token from a file of one's own that others may read, here and over there", async () => {
    const { open } = await serve(good);
    const folder = await mkdtemp(join(tmpdir(), "hpckit-token-"));
    cleanUp.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "jwt");
    await writeFile(file, "x.y.z\n", { mode: 0o644 });
    // Root's are not judged, and tests may be root's.
    if (process.getuid?.() === 0) await chown(file, 4711, 4711);
    const { uid } = await stat(file);
    const asOwner = vi.spyOn(process, "getuid").mockReturnValue(uid);
    cleanUp.push(() => asOwner.mockRestore());
    const loose = { code: "rest-authentication-failed", retryable: false };
    expect(await failure(open({ file, on: "here" }))).toMatchObject({ ...loose, message: `no token for slurmrestd: others may read the token's file ${file} on this machine (mode 0644); chmod 600 it` });
    const saying = (mode: string): Pick<Transport, "exec"> => {
      const answering = scriptedTransport(() => ({ stdout: mode }));
      return { exec: (argv, options) => answering.exec(argv, options) };
    };
    const there = (mode: string): Promise<unknown> => failure(open({ file: "/secret/jwt", on: "cluster" }, { ...saying(mode), readFile: async () => new TextEncoder().encode("x.y.z\n") }));
    expect(await there("7\n")).toMatchObject(loose);
    expect(await there("640\n")).toMatchObject({ ...loose, message: expect.stringMatching(/others may read the token's file \/secret\/jwt on \S+ \(mode 0640\); chmod 600 it/) as string });
    await chmod(file, 0o600);
    expect([await failure(open({ file, on: "here" })), await there("600\n"), await there("")]).toEqual([1, 2, 3].map(() => ({ resolved: expect.anything() as unknown })));
  });

  it.each([says(401, "Authentication failure"), says(511, { errors: [{ error_number: 1007, error: "Protocol authentication error" }] })])("says that none was given where one is wanted", async (answer) => {
    const { open } = await serve(answer);
    expect(await failure((await open()).ask(jobs))).toMatchObject({ code: "rest-authentication-failed", retryable: false, message: "slurmrestd wants a token, and none was given: name its source with { rest: { token } }" });
  });
});
