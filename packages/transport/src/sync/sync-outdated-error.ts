import { HpckitError, type RemotePath } from "@hpckit/core";
import { shownPath } from "../file/path.js";

/**
 * Entries had changed between the plan and the sync, on either side. They were left as they are; all other steps were done, so that a new
 * plan holds these alone.
 */
export class SyncOutdatedError extends HpckitError {
  static {
    this.prototype.name = "SyncOutdatedError";
  }

  /** What has changed, relative to the folders. */
  readonly paths: readonly RemotePath[];

  constructor(paths: readonly RemotePath[]) {
    const shown = paths.slice(0, 5).map((path) => JSON.stringify(shownPath(path)));
    const more = paths.length > shown.length ? `, and ${paths.length - shown.length} more` : "";
    super("sync-outdated", `sync: changed since the plan was made, and left as they are: ${shown.join(", ")}${more}; plan again`, { retryable: true, detail: { paths: paths.map(shownPath) } });
    this.paths = paths;
  }
}
