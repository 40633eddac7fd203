import { compose, OptionsError } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testCluster, testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { connectSite, type Job, type SlurmSite } from "../src/index.js";

describe.each(testedSeries)("a site of two clusters of Slurm %s", (series) => {
  let own = "";
  let other = "";
  let site: SlurmSite;
  let folder = "";

  const sh = async (...argv: readonly string[]): Promise<string> => (await (await testCluster(series)).exec(argv)).stdout;

  beforeAll(async () => {
    const cluster = await testCluster(series);
    own = cluster.name;
    other = (await cluster.startSibling()).name;
    const login = await signIn(series);
    folder = (await login.exec(["sh", "-c", 'mktemp -d "$HOME/site-XXXXXX"'], { check: true })).stdout.trim();
    site = await connectSite(login, { pollIntervalMs: 1000, patience: { lostMs: 5000 } });
    return async () => {
      await login.remove(folder, { recursive: true });
      await login[Symbol.asyncDispose]();
    };
  });
  afterAll(async () => (await testCluster(series)).endSibling());

  const submit = (name: string, script: string): Promise<Job> => site.cluster(name).submit({ time: "5m", memory: "50M", workFolder: folder, output: `${name}-%j.log`, launch: compose(["sh", "-c", script]) }); // both may give the same id

  it("finds both, its own first", () => {
    expect(site.clusters.map(({ cluster }) => cluster.name)).toEqual([own, other]);
    expect(site.cluster(other).cluster.partitions.map(({ name }) => name)).toEqual(["visitors"]);
    expect(site.unreachable).toEqual([]);
    expect(() => site.cluster(`${other}s`)).toThrow(OptionsError);
  });

  it("runs a job on each, and tells each one's own end, output and use", async () => {
    const jobs = await Promise.all([submit(own, "echo here; exit 3"), submit(other, 'echo "on $SLURM_CLUSTER_NAME"; env | grep -c ^SLURM_CLUSTERS= ; sleep 1')]);
    const outcomes = await Promise.all(jobs.map((job) => job.done()));
    expect(outcomes).toMatchObject([{ kind: "failed", exitCode: 3 }, { kind: "completed" }]);
    expect(jobs.map(({ cluster }) => cluster)).toEqual([own, other]);
    let text = "";
    for await (const piece of jobs[1].log()) text += piece;
    expect(text).toBe(`on ${other}\n0\n`);
    await expect.poll(() => jobs[1].usage(), { timeout: 30_000, interval: 1000 }).toMatchObject({ requested: { timeLimitSeconds: 300 } });
  });

  it("lists and finds the jobs of both, and waits for jobs of both at once", async () => {
    const name = `both, ${process.pid}`;
    const jobs = await Promise.all([own, other].map((cluster) => site.cluster(cluster).submit({ name, time: "5m", memory: "50M", output: "/dev/null", launch: compose(["sleep", "600"]) })));
    const pairs = jobs.map(({ cluster, id }) => [cluster, id]);
    const list = await site.jobs.list({ mine: true, names: [name] });
    expect(list.kind === "complete" && list.jobs.map(({ cluster, id }) => [cluster, id])).toEqual(pairs);
    const one = await site.jobs.list({ mine: true, names: [name] }, { clusters: [other] });
    expect(one).toMatchObject({ kind: "complete", jobs: [{ cluster: other, id: jobs[1]?.id }] });
    const found = await site.find(`${jobs[1]?.id ?? ""};${other}`);
    expect(found?.toJSON()).toMatchObject({ id: jobs[1]?.id, cluster: other, name });
    await expect(site.find(jobs[1]?.id ?? "")).rejects.toThrow(OptionsError);
    const outcomes = jobs.map((job) => job.done());
    await Promise.all(jobs.map((job) => job.cancel()));
    expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(["cancelled", "cancelled"]);
    const since = new Date(Date.now() - 3_600_000);
    const history = async (): Promise<unknown> => (await site.jobs.history({ mine: true, since, names: [name], states: ["CANCELLED"] })).map(({ cluster, id }) => [cluster, id]).sort();
    await expect.poll(history, { timeout: 30_000, interval: 1000 }).toEqual([...pairs].sort());
  });

  it("takes a job up again where it is, though the other cluster has one of the same id", async () => {
    const job = await submit(other, "sleep 600");
    const again = site.job(JSON.parse(JSON.stringify(job)) as ReturnType<Job["toJSON"]>);
    await again.cancel();
    expect(await again.done()).toMatchObject({ kind: "cancelled" });
    const stranger = site.job({ ...job.toJSON(), cluster: own, submittedAtSeconds: job.submittedAtSeconds + 86_400 });
    expect(await stranger.done()).toMatchObject({ kind: "lost" });
  });

  it("names a cluster that does not answer, and calls its jobs neither gone nor ended", async () => {
    const job = await submit(other, "sleep 2");
    await sh("sh", "-c", 'read -r pid < /run/slurmctld-sibling.pid; kill "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done');
    const list = await site.jobs.list({ mine: true });
    expect(list).toMatchObject({ kind: "partial", unanswered: [{ name: other, error: { code: "controller-unreachable" } }] });
    await expect(site.jobs.list({ mine: true }, { clusters: [other] })).rejects.toThrow();
    const login = await signIn(series);
    const now = await connectSite(login);
    expect(await now.jobs.list({ mine: true })).toMatchObject({ kind: "partial", unanswered: [{ name: other }] });
    await expect(connectSite(login, { clusters: [`${other}s`] })).rejects.toThrow(`did you mean "${other}"?`);
    expect(now.clusters.map(({ cluster }) => cluster.name)).toEqual([own]);
    expect(now.unreachable).toMatchObject([{ name: other, error: { code: "controller-unreachable" } }]);
    expect(() => now.job(job.toJSON())).toThrow(expect.objectContaining({ code: "controller-unreachable" }) as Error);
    await (await testCluster(series)).startSibling();
    expect(await job.done()).toMatchObject({ kind: "completed" });
    await login[Symbol.asyncDispose]();
  });
});
