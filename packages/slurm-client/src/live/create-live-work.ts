import { CommandFailedError, type LiveUses, type LiveWork } from "@hpckit/core";
import { idChunks } from "../cluster/chunks-of.js";
import { askSlurm } from "../cluster/slurm-command.js";
import { SlurmError } from "../error/slurm-error.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { canBeSearched, readScriptSearch, scriptSearch, searchedWords } from "./search-scripts.js";

/** Asks the queue what runs and waits, and the batch scripts what it uses. One squeue, and one round trip for thousands of scripts. */
export const createLiveWork = ({ backend, transport, programs }: Pick<SlurmContext, "backend" | "transport" | "programs">): LiveWork => ({
  async uses(paths, options = {}): Promise<LiveUses> {
    const odd = paths.find((path) => !canBeSearched(path));
    if (odd !== undefined) return { kind: "unknown", reason: `${JSON.stringify(odd)} may be written in many ways in a script: only names of letters, digits and +-_.@%:, can be searched for` };
    const used = new Set<string>();
    const silent: string[] = [];
    try {
      const jobs = await backend.list({ mine: true }, options);
      for (const ids of idChunks(jobs.map(({ id }) => id))) {
        const result = await askSlurm(transport, programs, ["/bin/sh", "-c", scriptSearch.shell, "hpckit", ids.join(" "), ...searchedWords(paths)], options);
        if (!result.ok) throw new CommandFailedError(result);
        const found = readScriptSearch(result.stdout, paths);
        for (const path of found.used) used.add(path);
        silent.push(...found.silent);
      }
    } catch (error) {
      if (!(error instanceof SlurmError) && !(error instanceof CommandFailedError)) throw error;
      return { kind: "unknown", reason: `Slurm did not say what runs: ${error.message}` };
    }
    if (silent.length > 0) return { kind: "unknown", reason: `jobs without a batch script of their own may use anything: ${silent.slice(0, 5).join(", ")}${silent.length > 5 ? " …" : ""}` };
    return { kind: "known", used: paths.filter((path) => used.has(path)) };
  },
});
