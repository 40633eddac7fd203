import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import { OutputUnreadableError, sh, type Cancellable, type Transport } from "@hpckit/core";
import { ControllerUnreachableError, SlurmMissingError } from "../error/slurm-error.js";
import { readCapabilities } from "./capabilities.js";
import type { ClusterFacts } from "./cluster-facts.js";
import { parseConfig } from "./config-values.js";
import { admitsGroups, parsePartitions } from "../partition/partition.js";
import { askSlurm, type SlurmPrograms } from "./slurm-command.js";
import { parseSlurmVersion } from "./slurm-version.js";

const sections = ["version", "clock", "config", "partitions", "uid", "groups", "home", "folder"] as const;
type Section = (typeof sections)[number];

const probe = sh`
  section() { printf '%s %s\n' "$token" "$1"; }
  sbatch=$1 token=$2
  section version; "$sbatch" --version
  section clock; date '+%s %z'
  section config; scontrol show config
  section partitions; scontrol --all --oneliner show partition
  section uid; id -u
  section groups; id -Gn
  section home; printf '%s\n' "$HOME"
  section folder; pwd
  exit 0
`;

/**
 * Finds out what is on the other side, in one round trip and by no more programs than a submission needs: each starts slowly where Slurm is on a
 * network file system, and slurmdbd can be slow by itself.
 * @throws SlurmMissingError, ControllerUnreachableError; OutputUnreadableError for an answer that is neither.
 */
export async function probeCluster(transport: Transport, programs: SlurmPrograms, options: Cancellable = {}): Promise<ClusterFacts> {
  const token = randomUUID();
  const { binFolder } = programs;
  // Where a folder was named, another sbatch of the PATH is not what was meant.
  const sbatch = binFolder === undefined ? "sbatch" : posix.join(binFolder, "sbatch");
  const { stdout, stderr } = await askSlurm(transport, programs, ["/bin/sh", "-c", probe.shell, "hpckit", sbatch, token], options);
  const found = splitSections(stdout, token);
  const { host, user } = transport.target;
  const version = parseSlurmVersion(found.version);
  if (version === undefined) {
    if (!/not found|No such file/.test(stderr)) throw new OutputUnreadableError("sbatch --version", "no version of Slurm", found.version);
    throw new SlurmMissingError(
      binFolder === undefined
        ? `no sbatch on ${host} in the PATH of ${user}: connect to a login node of the cluster, or name the folder of Slurm's programs with { binFolder }`
        : `no sbatch on ${host} in { binFolder }: there is no ${sbatch} that ${user} can start; name the folder of Slurm's programs, or leave it out for the login's PATH`,
    );
  }
  const config = parseConfig(found.config);
  const name = config.text("ClusterName");
  if (name === undefined) {
    throw new ControllerUnreachableError(`the Slurm controller does not answer on ${host}: ${stderr.trim().slice(-500)}; try again later`);
  }
  const account = { uid: Number(found.uid), groups: found.groups.split(" ").filter((name) => name !== "") };
  return {
    ...account,
    name,
    version,
    accounting: !/^$|none$/.test(config.text("AccountingStorageType") ?? ""),
    minJobAgeSeconds: config.number("MinJobAge") ?? 300,
    maxArraySize: config.number("MaxArraySize") ?? 1001,
    home: found.home,
    folder: found.folder,
    partitions: parsePartitions(found.partitions).filter((partition) => admitsGroups(partition, account)),
    capabilities: readCapabilities(config, found),
  };
}

/** Sections are told apart by a token that nobody could have guessed; banners before the first are dropped. */
function splitSections(stdout: string, token: string): Record<Section, string> {
  const found = Object.fromEntries(sections.map((section) => [section, ""])) as Record<Section, string>;
  for (const part of stdout.split(`${token} `).slice(1)) {
    const section = sections.find((candidate) => part.startsWith(`${candidate}\n`));
    if (section !== undefined) found[section] = part.slice(section.length + 1).replace(/\n$/, "");
  }
  return found;
}
