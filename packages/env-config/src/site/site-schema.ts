import { expand, memorySizeSchema, type MemorySizeInput } from "@hpckit/core";
import { z } from "zod";
import type { SiteFolder } from "./site-places.js";

const word = z.string().regex(/^[\w][\w.@+-]*$/, { error: "a name of letters, digits, _, -, + and dots" });
const host = z.string().regex(/^(?=.*[A-Za-z0-9])[A-Za-z0-9_.:-]+$/, { error: "the name or address of a host" });
const line = z.string().regex(/^[^\p{Cc}]+$/u, { error: "one line of text" });
const absolute = z.string().regex(/^\/[^\p{Cc}]*$/u, { error: "an absolute path" });
/** Not `${NAME}`: a configuration would take that for a reference to one of its own variables. */
const place = z.string().regex(/^(?:\/|\$[A-Za-z_]\w*)[^\p{Cc}{}]*$/u, { error: "an absolute path, or one that begins with a variable: $SCRATCH" }).refine(isExpandable, { error: 'a "$" must begin the name of a variable' });
const count = z.int().min(0);

const folder: z.ZodType<SiteFolder, SiteFolder<MemorySizeInput>> = z.strictObject({
  path: place,
  fileSystem: word.optional(),
  quota: memorySizeSchema.optional(),
  quotaFiles: count.optional(),
  purgeAfterDays: count.optional(),
  purgedSince: z.enum(["access", "change"]).optional(),
  group: word.optional(),
  isBackedUp: z.boolean().optional(),
});

const login = z.strictObject({
  hosts: z.array(host).min(1),
  roundRobin: z.boolean().optional(),
  jumps: z.array(host).optional(),
  secondFactor: z.enum(["none", "prompt", "key"]).optional(),
  keyHours: z.number().positive().optional(),
  umask: z.string({ error: 'octal digits in quotes, e.g. "0027": YAML would read a number' }).regex(/^0?[0-7]{3}$/, { error: 'octal digits, e.g. "0027"' }).optional(),
});

const program = z.string().regex(/^(?:\/[^\p{Cc}]*|\w[\w.+-]*)$/u, { error: "a name on the PATH or an absolute path" });
const version = (example: string): z.ZodString => z.string({ error: `text in quotes, e.g. "${example}": YAML would read a number` }).regex(/^\d+\.\d+(?:\.\w[\w.-]*)?$/, { error: `a version such as ${example}` });

const engine = z.strictObject({
  program,
  version: line.optional(),
  binds: z.array(z.strictObject({ source: absolute, destination: absolute.optional(), readOnly: z.boolean().optional() })).optional(),
});

const slurm = z.strictObject({
  version: version("24.11.5").optional(),
  binFolder: absolute.optional(),
  cluster: word.optional(),
  accounting: z.boolean().optional(),
});

/** A whole profile. Its fields are known to whoever lays it under a configuration. */
export const siteShape = z.strictObject({
  name: word,
  description: line.optional(),
  login: login.optional(),
  transfer: z.strictObject({ hosts: z.array(host).min(1) }).optional(),
  slurm: slurm.optional(),
  partitions: z.record(word, word).optional(),
  accounts: z.strictObject({ required: z.boolean().optional(), rule: line.optional() }).optional(),
  modules: z.strictObject({ system: z.enum(["lmod", "tcl", "none"]), init: absolute.optional(), load: z.array(line).optional() }).optional(),
  home: folder.optional(),
  scratch: folder.optional(),
  folders: z.record(word, folder).optional(),
  mpi: z.strictObject({ type: word }).optional(),
  engine: engine.optional(),
  python: z.strictObject({ program, version: version("3.13.5").optional() }).optional(),
  cron: z.strictObject({ kinds: z.array(z.enum(["cron", "scrontab", "systemd"])).optional(), host: host.optional(), lingering: z.boolean().optional() }).optional(),
  polling: z.strictObject({ pollFloorMs: count.optional(), loginsPerMinute: count.min(1).optional(), commandsPerMinute: count.min(1).optional() }).optional(),
  nodes: z.strictObject({ architectures: z.array(word).optional(), network: z.enum(["open", "proxy", "none"]).optional(), proxy: line.optional(), localFolder: place.optional() }).optional(),
  builds: z.enum(["login", "transfer", "job"]).optional(),
});

function isExpandable(path: string): boolean {
  try {
    return expand(path).shell !== "";
  } catch {
    return false;
  }
}
