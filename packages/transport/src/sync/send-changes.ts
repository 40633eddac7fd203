import { lines, PathRefusedError, raw, type ShellExpression } from "@hpckit/core";
import type { ChannelSource } from "../channel/channel.js";
import { joinToBlocks } from "../copy/blocks.js";
import { frameOf, lastFrame } from "../copy/frames.js";
import { runFileScript } from "../file/file-script.js";
import { fromOctets } from "../guard/octets.js";
import { pathList } from "../tree/run-on-paths.js";
import type { Applied } from "./apply-sync.js";
import { diskUseHere } from "./disk-use.js";
import { orderWork } from "./folder-work.js";
import { judgeSteps, travelling } from "./judge-steps.js";
import { packChanges } from "./pack-changes.js";
import { receiveChanges } from "./receive-changes.js";
import { refuseBroken } from "./refuse-broken.js";
import { reportReader } from "./report-reader.js";
import { sightHere } from "./sightings.js";
import type { ApplySyncOptions } from "./sync-options.js";
import type { SyncPlan, SyncStep } from "./sync-plan.js";
import { renderWork } from "./work-script.js";

/** Carries out a plan over there: one call, whatever the number of steps. */
export async function sendChanges(source: ChannelSource, plan: SyncPlan, { onProgress, signal }: ApplySyncOptions): Promise<Applied> {
  const { local, remote, makesFolder, policy, steps } = plan;
  const sent = travelling(steps);
  const totalBytes = plan.totals.bytes;
  await using archive = sent.length === 0 ? undefined : await packChanges(local, sent);
  const reader = reportReader();
  let outdated: readonly SyncStep[] = [];
  let sentBytes = 0;

  async function* input(): AsyncGenerator<Uint8Array, void> {
    if (archive !== undefined) {
      yield* frames(archive.pieces, (bytes) => {
        sentBytes += bytes;
        // An archive is somewhat longer than the files in it.
        onProgress?.({ transferredBytes: Math.min(sentBytes, totalBytes), totalBytes });
      });
    }
    yield* frames([pathList(steps)]);
    const { staged, targets } = await reader.report;
    const judgement = judgeSteps(steps, { sources: sightHere(local, sent), targets, staged });
    refuseBroken(judgement, archive?.fault);
    outdated = judgement.outdated;
    yield* frames([scriptText(renderWork(orderWork(judgement, policy)))]);
  }
  const script = receiveChanges({ root: remote, makesFolder, unpacks: archive !== undefined, diskBytes: diskUseHere(local, sent), policy });
  await runFileScript(source, { operation: "sync", path: remote, script, input: input(), onOutput: (piece) => reader.push(piece), signal }).catch((error: unknown) => {
    if (error instanceof PathRefusedError) throw new PathRefusedError(`${error.message}; what was done before stays, and nothing outside was touched`, { cause: error });
    throw error;
  });
  return { outdated, left: reader.left() };
}

/** One compound: what is cut anywhere is a syntax error, and nothing of it runs. */
const scriptText = (work: ShellExpression): Buffer => fromOctets(`${lines(raw("{ :"), work, raw("}")).shell}\n`);

/** In the form that `takeFrames` takes. */
async function* frames(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, onSent: (bytes: number) => void = () => undefined): AsyncGenerator<Uint8Array, void> {
  for await (const block of joinToBlocks(pieces)) yield* frameOf(block, onSent);
  yield lastFrame;
}
