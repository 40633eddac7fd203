import { randomFrom } from "../random-from.js";
import { makeCanary, type Canary } from "./canary.js";
import { openCanaryGround, transportKinds, type CanaryGround } from "./canary-ground.js";
import { callsWithSecret, failingCommands, type CallWithSecret, type FailingCommand } from "./failing-commands.js";
import { failingSignIns, type FailingSignIn } from "./failing-sign-ins.js";
import { everythingOf, startLookout, type Heard, type Lookout } from "./lookout.js";

/** What came of handing secrets to transports, and letting that fail. */
export interface CanaryReport {
  readonly calls: number;
  /** Texts that were looked through: errors, events, lines of the log, spans, arguments of processes, files. */
  readonly looked: number;
  readonly seen: readonly string[];
  /** What should have failed and did not: it shows nothing. */
  readonly succeeded: readonly string[];
}

export interface ReleaseOptions {
  /** The same seed makes the same secrets. */
  readonly seed: number;
  /** Each way to fail once, or once with every transport and every call. */
  readonly extent: "short" | "long";
}

type Flight = readonly [name: string, fly: (lookout: Lookout) => Promise<{ readonly error: unknown; readonly canaries: readonly Canary[]; readonly isInArguments: boolean }>];

/** Gives a secret to every call that takes one, in every way that fails, and looks for it in all that can be seen. */
export async function releaseCanaries({ seed, extent }: ReleaseOptions): Promise<CanaryReport> {
  const random = randomFrom(seed);
  await using ground = await openCanaryGround();
  await using lookout = startLookout();
  const report = { calls: 0, looked: 0, seen: [] as string[], succeeded: [] as string[] };
  const flights = [...failingSignIns.map((way) => signInFlight(ground, way, random)), ...commandFlights(ground, random, extent)];
  const flown: Canary[] = [];
  for (const [name, fly] of flights) {
    const { error, canaries, isInArguments } = await fly(lookout);
    report.calls++;
    if (error === undefined) report.succeeded.push(name);
    const texts: readonly Heard[] = [...lookout.takeHeard(), { where: "the error", text: everythingOf(error) }];
    report.looked += texts.length;
    for (const { where, text } of texts) {
      if (isInArguments && where === "the arguments of a process") continue;
      for (const canary of canaries) report.seen.push(...sighting(name, where, canary, text));
    }
    flown.push(...canaries);
  }
  const traces = await ground.traces();
  report.looked += traces.length;
  for (const text of traces) for (const canary of flown) report.seen.push(...sighting("afterwards", "a file", canary, text));
  return report;
}

function sighting(name: string, where: string, canary: Canary, text: string): readonly string[] {
  const piece = canary.seenIn(text);
  if (piece === undefined) return [];
  const at = text.indexOf(piece);
  return [`${name}: in ${where}: ${JSON.stringify(text.slice(Math.max(0, at - 60), at + 60))}`];
}

const signInFlight = (ground: CanaryGround, { name, prepare }: FailingSignIn, random: () => number): Flight => [
  name,
  async (lookout) => {
    const { canaries, attempt } = await prepare(ground, makeCanary(random, Math.floor(random() * 10)));
    const error = await failureOf(attempt(lookout.observers));
    ground.base.wire.thaw();
    ground.base.wire.cutAfter(Infinity);
    await ground.setFault("none");
    return { error, canaries, isInArguments: false };
  },
];

function commandFlights(ground: CanaryGround, random: () => number, extent: ReleaseOptions["extent"]): readonly Flight[] {
  const calls = Object.keys(callsWithSecret) as CallWithSecret[];
  const all = failingCommands.flatMap((way, index) => {
    const kinds = transportKinds.filter((kind) => way.isRemote !== true || kind !== "this machine");
    const pairs = kinds.flatMap((kind) => calls.map((call) => [kind, call] as const));
    return extent === "long" ? pairs.map((pair) => [way, ...pair] as const) : [[way, kinds[index % kinds.length] ?? "ssh", calls[index % 3] ?? "exec"] as const];
  });
  return all.map(([way, kind, call], shape) => [`${way.name}, by ${call} over ${kind}`, (lookout) => flyCommand({ ground, lookout, random }, way, { kind, call, canary: makeCanary(random, shape) })]);
}

interface Sky {
  readonly ground: CanaryGround;
  readonly lookout: Lookout;
  readonly random: () => number;
}

async function flyCommand({ ground, lookout, random }: Sky, way: FailingCommand, { kind, call, canary }: { readonly kind: (typeof transportKinds)[number]; readonly call: CallWithSecret; readonly canary: Canary }): Promise<Awaited<ReturnType<Flight[1]>>> {
  const on = await ground.connect(kind, lookout.observers);
  // sudo is asked with the first command, and that is not the one to fail.
  if (kind === "sudo") await on.exec(["true"]);
  await ground.setFault(way.fault?.(random) ?? "none");
  const working = callsWithSecret[call](on, way.argv(canary), { env: { CANARY: canary.secret }, check: true, timeoutMs: 10_000, ...way.options?.(canary) });
  const failing = failureOf(working);
  await way.meanwhile?.(ground);
  const error = await failing;
  await ground.setFault("none");
  await on[Symbol.asyncDispose]();
  return { error, canaries: [canary], isInArguments: way.isInArguments ?? false };
}

const failureOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined, (error: unknown) => error);
