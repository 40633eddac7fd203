import { parseOptions } from "@hpckit/core";
import { SlurmError } from "../error/slurm-error.js";
import { readPlainOptions } from "../slurm/plain-options.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { historyFilterSchema, listFilterSchema } from "./job-filter.js";
import type { JobLists } from "./job-lists.js";

export const createJobLists = ({ backend, facts }: Pick<SlurmContext, "backend" | "facts">): JobLists => ({
  list: async (filter = {}, options = {}) => backend.list(parseOptions(listFilterSchema, filter, "jobs.list"), readPlainOptions(options, "options of jobs.list")),
  history: async (filter, options = {}) => {
    const parsed = parseOptions(historyFilterSchema, filter, "jobs.history");
    const asked = readPlainOptions(options, "options of jobs.history");
    if (!facts.accounting) throw new SlurmError("accounting-missing", `the cluster ${facts.name} keeps no accounts: jobs.list shows what its controller knows`);
    return backend.history(parsed, asked);
  },
});
