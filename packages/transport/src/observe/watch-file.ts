import type { ConnectAddress, CopyOptions, CopyProgress, CopyResult, RemotePath } from "@hpckit/core";
import { shownPath } from "../file/path.js";
import type { Observation } from "./observation.js";
import type { EventBodies } from "./transport-event.js";

/** So often at most progress is told. */
const progressMs = 1_000;

type FileOperation = EventBodies["file-begun"]["operation"];

/** @param bytes - how many the result has, where it is content. */
export function watchFile<Value>(observation: Observation, operation: FileOperation, paths: readonly RemotePath[], run: () => Promise<Value>, bytes: (value: Value) => number | undefined = () => undefined): Promise<Value> {
  const operationId = observation.nextId();
  const [path = "", to] = paths;
  const facts = (): EventBodies["file-begun"] => ({ operation, operationId, path: shownPath(path), to: to === undefined ? undefined : shownPath(to) });
  return observation.watch({
    topic: "file",
    begun: () => ({ kind: "file-begun", ...facts() }),
    ended: ({ value, ...outcome }) => ({ kind: "file-ended", ...facts(), bytes: outcome.error === undefined ? bytes(value as Value) : undefined, ...outcome }),
    run,
  });
}

interface Copying {
  readonly operation: EventBodies["copy-begun"]["operation"];
  readonly from: RemotePath;
  readonly to: RemotePath;
}

/** Tells of a copy, and now and then how far it is. */
export function watchCopy(observation: Observation, { operation, from, to }: Copying, options: CopyOptions | undefined, run: (options: CopyOptions | undefined) => Promise<CopyResult>): Promise<CopyResult> {
  const operationId = observation.nextId();
  const facts = (): EventBodies["copy-begun"] => ({ operation, operationId, from: shownPath(from), to: shownPath(to) });
  return observation.watch({
    topic: "copy",
    begun: () => ({ kind: "copy-begun", ...facts() }),
    ended: ({ value, ...outcome }) => ({ kind: "copy-ended", ...facts(), bytes: value?.sizeBytes, sha256: value?.sha256, ...outcome }),
    run: () => run(observation.hears("copy") ? tellingProgress(observation, operationId, options) : options),
  });
}

function tellingProgress(observation: Observation, operationId: string, options: CopyOptions = {}): CopyOptions {
  const own: unknown = options.onProgress;
  // What is no function is refused by the copy itself.
  if (own !== undefined && typeof own !== "function") return options;
  let toldAt = performance.now();
  const onProgress = (progress: CopyProgress): void => {
    options.onProgress?.(progress);
    if (performance.now() - toldAt < progressMs) return;
    toldAt = performance.now();
    observation.emit("copy-progressed", () => ({ operationId, ...progress }));
  };
  return { ...options, onProgress };
}

/** Tells of a connection that is made from over there. */
export function watchForward<Value>(observation: Observation, to: ConnectAddress, run: () => Promise<Value>): Promise<Value> {
  const operationId = observation.nextId();
  const facts = (): EventBodies["forward-begun"] => ({ operationId, address: "socketPath" in to ? to.socketPath : `${to.host}:${to.port}` });
  return observation.watch({
    topic: "forward",
    begun: () => ({ kind: "forward-begun", ...facts() }),
    ended: ({ durationMs, error }) => ({ kind: "forward-ended", ...facts(), durationMs, error }),
    run,
  });
}
