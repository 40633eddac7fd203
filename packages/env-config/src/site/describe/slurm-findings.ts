import { posix } from "node:path";
import { known, unknown, type SiteFinding } from "./finding.js";
import type { SiteReport } from "./site-report.js";

/** Slurm, its partitions, accounts and MPI types. */
export function slurmFindings(report: SiteReport): readonly SiteFinding[] {
  const sbatch = report.first("slurm");
  if (sbatch === undefined) return [unknown("slurm.binFolder", "no sbatch on the PATH of a login shell: is this a login node? Which folder is it in?")];
  const version = /^slurm(?:-wlm)? (\d+\.\d+\.\S+)$/.exec(report.first("slurm-version") ?? "")?.[1];
  const config = readConfig(report.lines("slurm-config") ?? []);
  const isAnswering = config.has("ClusterName");
  return [
    ...binFolder(sbatch, report.first("bare-sbatch")),
    version === undefined ? unknown("slurm.version", "sbatch --version said none") : known("slurm.version", version, "sbatch --version"),
    ...(isAnswering ? configFindings(config) : [unknown("slurm.cluster", "the controller did not answer; ask again later")]),
    ...partitionFindings(report.lines("slurm-partitions") ?? []),
    mpiFinding(report.lines("slurm-mpi") ?? [], config.get("MpiDefault")),
  ];
}

/** Only where a command over SSH would not find it by itself. */
function binFolder(sbatch: string, bare: string | undefined): readonly SiteFinding[] {
  if (!sbatch.startsWith("/")) return [unknown("slurm.binFolder", `sbatch is a function or an alias of the login shell (${sbatch}): which folder is the program in?`)];
  if (bare === sbatch) return [];
  return [known("slurm.binFolder", posix.dirname(sbatch), bare === undefined ? "the PATH of a login shell; other commands over SSH do not find it" : `the PATH of a login shell; other commands over SSH find ${bare}`)];
}

function configFindings(config: ReadonlyMap<string, string>): readonly SiteFinding[] {
  const storage = config.get("AccountingStorageType") ?? "";
  const enforced = config.get("AccountingStorageEnforce") ?? "";
  const hasAccounting = !/^$|none$|\(null\)/.test(storage);
  return [
    known("slurm.cluster", config.get("ClusterName"), "scontrol show config, ClusterName"),
    known("slurm.accounting", hasAccounting, `scontrol show config, AccountingStorageType = ${storage}`),
    unknown("accounts.required", hasAccounting && /associations|limits|safe|all/i.test(enforced)
      ? `jobs need an association (AccountingStorageEnforce = ${enforced}); may a job leave out --account, or is there a rule?`
      : `must a job name an account? (AccountingStorageEnforce = ${enforced})`),
  ];
}

/** `Key = value`, as scontrol aligns it. */
const readConfig = (printed: readonly string[]): ReadonlyMap<string, string> =>
  new Map(printed.flatMap((line): [string, string][] => {
    const [, key, value] = /^(\w+)\s*= ?(.*)$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [[key, value.trim()]];
  }));

function partitionFindings(rows: readonly string[]): readonly SiteFinding[] {
  const partitions = rows.flatMap((row) => {
    const name = /^PartitionName=(\S+)/.exec(row)?.[1];
    return name === undefined ? [] : [{ name, isDefault: /\sDefault=YES\b/.test(row) }];
  });
  if (partitions.length === 0) return [unknown("partitions", "scontrol show partition named none: which partition is for what?")];
  const all = partitions.map(({ name }) => name).join(", ");
  const [first] = partitions.filter(({ isDefault }) => isDefault);
  return [
    first === undefined ? unknown("partitions.default", `Slurm has no default partition; which of ${all}?`) : known("partitions.default", first.name, "scontrol show partition, Default=YES"),
    unknown("partitions.test", `which one is for short tests? There are ${all}`),
  ];
}

/** What `--mpi=list` offers says nothing about what the site's libraries were built for. */
function mpiFinding(printed: readonly string[], byDefault: string | undefined): SiteFinding {
  const start = printed.findIndex((line) => line.startsWith("MPI plugin types are..."));
  const types = start === -1 ? [] : printed.slice(start + 1).filter((line) => /^[\w.-]+$/.test(line));
  if (byDefault !== undefined && byDefault !== "none" && types.includes(byDefault)) return known("mpi.type", byDefault, `scontrol show config, MpiDefault; srun --mpi=list offers ${types.join(", ")}`);
  return unknown("mpi.type", types.length === 0 ? "srun --mpi=list named none: which type do the site's MPI libraries need?" : `which type do the site's MPI libraries need? srun --mpi=list offers ${types.join(", ")}`);
}
