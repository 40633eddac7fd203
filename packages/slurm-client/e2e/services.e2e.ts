import { once } from "node:events";
import { createConnection } from "node:net";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { compose, OptionsError, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { connectSlurm, type Job, type ServiceRoute, type Slurm } from "../src/index.js";

/** Answers HTTP on the node's loopback, on a port that it writes down; "/echo" gives back what it got. On a Unix socket it counts what it reads. */
const service = `
import http.server, os, socket, sys, threading, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self): self.answer(("hello from " + os.environ["SLURMD_NODENAME"] + self.path).encode())
    def do_POST(self): self.answer(self.rfile.read(int(self.headers["Content-Length"])))
    def log_message(self, *args): pass
def count():
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(sys.argv[1] + ".sock")
        server.listen()
        while True:
            one, _ = server.accept()
            total = 0
            try:
                while piece := one.recv(65536): total += len(piece)
                one.sendall(str(total).encode())
            except OSError: pass
            one.close()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
server.server_bind()
with open(sys.argv[1] + ".new", "w") as file: file.write(str(server.server_address[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(float(sys.argv[2]))
server.server_activate()
threading.Thread(target=count, daemon=True).start()
server.serve_forever()
`;

describe.each(testedSeries)("services of jobs: %s", (series) => {
  let login: Transport;
  let slurm: Slurm;
  let folder: string;
  beforeAll(async () => {
    login = await signIn(series);
    slurm = await connectSlurm(login, { pollIntervalMs: 1000 });
    folder = (await login.exec(["mktemp", "-d", "/tmp/hpckit services, it's-XXXXXX"], { check: true })).stdout.trim();
  });
  afterAll(async () => {
    await login.remove(folder, { recursive: true });
    await login[Symbol.asyncDispose]();
  });

  /** Ends with the test. */
  async function startService(name: string, delaySeconds = 0, spec = {}): Promise<{ readonly job: Job; readonly port: number } & AsyncDisposable> {
    const file = `${folder}/${name}`;
    const job = await slurm.submit({ partition: "standard", time: "10m", memory: "100M", launch: compose(["python3", "-c", service, file, String(delaySeconds)]), ...spec });
    while ((await login.stat(file)) === undefined) await sleep(300);
    return { job, port: Number(new TextDecoder().decode(await login.readFile(file))), [Symbol.asyncDispose]: () => job.cancel().then(() => undefined) };
  }
  const request = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: job\r\nConnection: close\r\n\r\n`;
  async function ask(connection: Duplex): Promise<string> {
    connection.write(request("/x"));
    return text(connection);
  }

  it.concurrent.each<[ServiceRoute, number]>([["login", 0], ["step", 0], ["auto", 0], ["step", 3], ["login", 3], ["auto", 3]])("answer over a connection by %s, %i s late", async (via, late) => {
    await using started = await startService(`late-${via}-${late}`, late);
    expect(await ask(await started.job.connect({ port: started.port }, { via }))).toMatch(/^HTTP\/1.1 200[^]*hello from c\d\/x$/);
  });

  it.concurrent.each<ServiceRoute>(["login", "step"])("answer browsers on a port of this machine, by %s, until the job ends", async (via) => {
    await using started = await startService(`forward-${via}`);
    await using web = await started.job.forward({ port: started.port }, { via });
    const url = `http://${web.host}:${web.port}`;
    const body = Buffer.from(Array.from({ length: 1_000_000 }, (_, index) => (index * 7) % 256));
    const [got, echoed] = await Promise.all([fetch(`${url}/a`).then((reply) => reply.text()), fetch(`${url}/echo`, { method: "POST", body }).then((reply) => reply.arrayBuffer())]);
    expect(got).toMatch(/^hello from c\d\/a$/);
    expect(Buffer.from(echoed).equals(body)).toBe(true);
    expect((await login.exec(["echo", "other commands go on"])).ok).toBe(true);
    await started.job.cancel();
    await started.job.done();
    while (await fetch(url).then(() => true, () => false)) await sleep(200);
  });

  it.concurrent("tell by a step that the job has ended under a connection", async () => {
    // One that heeds the signal may end its connections before the relay is ended: that is an end as any other.
    const launch = compose(["sh", "-c", 'trap "" TERM; exec "$@"', "sh", "python3", "-c", service, `${folder}/ended`, "0"]);
    await using started = await startService("ended", 0, { launch });
    const connection = await started.job.connect({ port: started.port }, { via: "step" });
    connection.resume();
    const closed = once(connection, "close", { signal: AbortSignal.timeout(120_000) });
    await Promise.all([
      started.job.cancel(),
      expect(closed).rejects.toMatchObject({ code: "service-unreachable", message: expect.stringContaining("most likely with the job") as string }),
    ]);
  });

  it.concurrent("answer from a node of any component of a heterogeneous job", async () => {
    const launch = compose(["srun", "--het-group=1", "python3", "-c", service, `${folder}/component`, "0"]);
    await using started = await startService("component", 0, { launch, components: [{ ntasks: 1 }, { ntasks: 1 }] });
    const { stdout } = await login.exec(["sh", "-c", 'squeue -h -j "$1" -o "%i %N" | sed -n "s/^$1+1 //p"', "sh", started.job.id]);
    expect(await ask(await started.job.connect({ port: started.port, host: stdout.trim() }, { via: "step" }))).toContain(`hello from ${stdout.trim()}/x`);
  });

  it.concurrent("answer on a forwarded port once their job has started, which is waited for", async () => {
    const held = { partition: "standard", time: "10m", memory: "100M", hold: true } as const;
    const [job, other] = await Promise.all(["queued", "never"].map((name) => slurm.submit({ ...held, launch: compose(["python3", "-c", service, `${folder}/${name}`, "0"]) })));
    if (job === undefined || other === undefined) throw new Error("two were submitted");
    const to = { socketPath: `${folder}/queued.sock` };
    const [forwarding, never] = [job.forward(to), other.forward(to)];
    never.catch(() => undefined);
    try {
      await expect(job.connect(to)).rejects.toMatchObject({ code: "job-not-running", retryable: true });
      await Promise.all([job.release(), other.cancel()]);
      await expect(never).rejects.toMatchObject({ code: "job-not-running", detail: { kind: "cancelled" } });
      await using port = await forwarding;
      expect(await text(createConnection(port.port, port.host).end(Buffer.alloc(123)))).toBe("123");
    } finally {
      await job.cancel();
    }
  });

  it.concurrent("answer on Unix sockets, with both directions' ends", async () => {
    await using started = await startService("socket");
    const connection = await started.job.connect({ socketPath: `${folder}/socket.sock` });
    connection.end(Buffer.alloc(123_456));
    expect(await text(connection)).toBe("123456");
  });

  it.concurrent("leave no step behind when a connection is left", async () => {
    await using started = await startService("left");
    const connection = await started.job.connect({ port: started.port }, { via: "step" });
    const steps = async (): Promise<string> => (await login.exec(["sh", "-c", 'squeue -h -s -j "$1" -o %j | grep -v batch || true', "sh", started.job.id])).stdout;
    expect(await steps()).toContain("hpckit-relay");
    connection.destroy();
    while ((await steps()) !== "") await sleep(300);
    expect(await ask(await started.job.connect({ port: started.port }))).toContain("hello");
  });

  it.concurrent("are told apart from what is not there", async () => {
    await using started = await startService("missing", 0, { nodes: 2, ntasks: 2 });
    const { job, port } = started;
    const free = (await login.exec(["python3", "-c", "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"])).stdout.trim();
    for (const via of ["login", "step", "auto"] as const) {
      const began = performance.now();
      await expect(job.connect({ port: Number(free) }, { via, readyMs: 2000 })).rejects.toMatchObject({ code: "service-unreachable", retryable: true });
      expect(performance.now() - began).toBeLessThan(12_000);
    }
    await expect(job.forward({ port: Number(free) }, { readyMs: 0 })).rejects.toMatchObject({ code: "service-unreachable" });
    await expect(job.connect({ port, host: "c9" })).rejects.toThrow(OptionsError);
    await expect(job.connect({ port: 70_000 })).rejects.toThrow(OptionsError);
    await expect(job.connect({ port: Number(free) }, { via: "step", signal: AbortSignal.timeout(3000) })).rejects.toThrow("aborted");
    const waiting = await slurm.submit({ partition: "standard", time: "1m", memory: "50M", hold: true, launch: compose(["true"]) });
    await expect(waiting.connect({ port })).rejects.toMatchObject({ code: "job-not-running", retryable: true });
    await waiting.cancel();
    await waiting.done();
    await expect(waiting.connect({ port })).rejects.toMatchObject({ code: "job-not-running", retryable: false });
  });
});
