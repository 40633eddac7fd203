import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { imageStore, listImages, sif, verifyImage } from "@hpckit/apptainer";
import type { Transport } from "@hpckit/core";
import { connectSsh, type SshOptions } from "@hpckit/transport";
import { row, type Benchmark } from "../../bench/benchmark.js";
import { downCluster, upCluster } from "../../cluster/src/index.js";
import { killMakers, victims } from "../../e2e/kill-makers.js";
import { loginOptions } from "../../e2e/sign-in.js";
import { serveTinyImage, type TinyImage } from "../../registry/src/index.js";
import type { ClientResult, ClientWork } from "./work.js";

const rounds = Number(process.env["HPCKIT_SOAK_ROUNDS"] ?? 6);
const [processes, asksOfEach] = [8, 8];

interface Round {
  readonly kills: number;
  readonly results: readonly ClientResult[];
  readonly published: number;
  readonly isIntact: boolean;
}

/**
 * 64 ask for one image at once, from eight processes with a connection each, while whoever makes it is killed with −9 at random moments.
 * `HPCKIT_SOAK_ROUNDS` says how often; each round kills another part of the makers.
 */
export const benchmark: Benchmark = async (onRow) => {
  const cluster = await upCluster("newest", { name: `soak-${process.pid}`, leashed: true });
  try {
    await using served = await serveTinyImage({ ballastBytes: 40_000_000 });
    await using operator = await connectSsh({ ...loginOptions(cluster), manners: { loginsPerMinute: Infinity } });
    const ended: Round[] = [];
    for (let index = 0; index < rounds; index++) {
      ended.push(await askAndKill(index, { operator, served, login: loginOptions(cluster) }));
      console.error(`  round ${index + 1} of ${rounds}: ${ended.at(-1)?.kills ?? 0} killed`);
    }
    const results = ended.flatMap((round) => round.results);
    const kills = ended.reduce((sum, round) => sum + round.kills, 0);
    const failed = results.flatMap((each) => (each.kind === "failed" ? [each.reason] : []));
    onRow(row("asks", results.length, ""));
    onRow(row("makers killed", kills, ""));
    onRow(row("asks that failed, beyond those killed", Math.max(0, failed.length - kills), "", 0));
    onRow(row("rounds with more or less than one image", ended.filter(({ published }) => published !== 1).length, "", 0));
    onRow(row("rounds in which asks got several images", ended.filter((round) => pathsOf(round.results).size !== 1).length, "", 0));
    onRow(row("images that are not whole", ended.filter(({ isIntact }) => !isIntact).length, "", 0));
    for (const reason of new Set(failed)) console.error(`  ${reason.slice(0, 300)}`);
  } finally {
    await downCluster(cluster.name);
  }
};

interface Ground {
  readonly operator: Transport;
  readonly served: TinyImage;
  readonly login: SshOptions;
}

const pathsOf = (results: readonly ClientResult[]): ReadonlySet<string> => new Set(results.flatMap((each) => (each.kind === "failed" ? [] : [each.path])));

async function askAndKill(index: number, { operator, served, login }: Ground): Promise<Round> {
  const root = `/shared/scratch/soak of images/${index}`;
  const work: ClientWork = { login, root, registry: served.registry.address, reference: `${served.repository}:1`, asks: asksOfEach };
  const done = new AbortController();
  const lives = Array.from({ length: 8 }, () => Math.random() * 4);
  const killing = killMakers(operator, root, { victim: victims[index % victims.length] ?? "session", lives, signal: done.signal });
  const results = (await Promise.all(Array.from({ length: processes }, () => askFrom(work)))).flat();
  done.abort();
  const kills = await killing;
  const store = imageStore({ root });
  const published = (await listImages(store, operator)).filter(({ state }) => state !== "unfinished").length;
  const [path] = pathsOf(results);
  const isIntact = path !== undefined && (await verifyImage(store, sif(path), operator)).kind === "intact";
  return { kills, results, published, isIntact };
}

async function askFrom(work: ClientWork): Promise<readonly ClientResult[]> {
  const client = fork(join(import.meta.dirname, "client.ts"), { execArgv: [...process.execArgv] });
  const said = once(client, "message") as Promise<[readonly ClientResult[]]>;
  client.send(work);
  return (await said)[0];
}
