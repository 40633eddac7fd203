import { AbortedError, onAbort, type Cancellable } from "@hpckit/core";
import { pushQueue } from "../concurrency/push-queue.js";
import { isSameEvent, type JobEvent } from "../watch/job-event.js";
import type { JobWatcher, WatchedJob } from "../watch/job-watcher.js";
import type { JobTrack } from "../watch/job-track.js";

type News = { readonly event: JobEvent; readonly last: boolean } | { readonly failure: unknown };

/** Changes of one job; leaving the loop ends the watching. */
export async function* jobEvents(watcher: JobWatcher, watched: WatchedJob, { signal }: Cancellable): AsyncGenerator<JobEvent> {
  const news = pushQueue<News>();
  const abort = (): void => news.push({ failure: new AbortedError(`watching job ${watched.reference.id} was aborted; the job goes on`, { cause: signal?.reason }) });
  const stopListening = onAbort(signal, abort);
  const stop = watcher.listen(watched, { onTrack: newsOfTrack(news.push), onFailure: (failure) => news.push({ failure }) });
  try {
    for await (const item of news.items()) {
      if ("failure" in item) throw item.failure;
      yield item.event;
      if (item.last) return;
    }
  } finally {
    stop();
    stopListening();
  }
}

/** Only what differs from the event before is news, and the end always is. */
function newsOfTrack(tell: (item: News) => void): (track: JobTrack) => void {
  let before: JobEvent | undefined;
  return ({ last: event, outcome }) => {
    if (event === undefined) return;
    const same = before !== undefined && isSameEvent(before, event);
    if (same && outcome === undefined) return;
    before = event;
    tell({ event, last: outcome !== undefined });
  };
}
