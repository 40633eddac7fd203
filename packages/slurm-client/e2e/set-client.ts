import { signIn } from "../../../tools/e2e/sign-in.js";
import { parseSeries } from "../../../tools/cluster/src/index.js";
import { connectSlurm, type TaskSpecInput } from "../src/index.js";
import { countedSet } from "./counted-set.js";

/**
 * A client of its own process, which begins a set or goes on with it, and is killed (-9) a random while after the first event of a kind, or after it
 * has `connected`.
 */
const [series = "", key = "", place = "{}", killedAfter = ""] = process.argv.slice(2);
const reach = (what: string): void => {
  if (what === killedAfter) setTimeout(() => process.kill(process.pid, "SIGKILL"), Math.random() * 300);
};
await using login = await signIn(parseSeries(series));
const slurm = await connectSlurm(login, { pollIntervalMs: 500, submitPaceMs: 0 });
reach("connected");
await using set = await slurm.submitSet(countedSet(key, JSON.parse(place) as TaskSpecInput));
for await (const { kind } of set.events()) reach(kind);
