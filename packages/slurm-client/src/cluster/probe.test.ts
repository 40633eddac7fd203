import { OutputUnreadableError } from "@hpckit/core";
import { scriptedTransport, type ScriptedReply } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { ControllerUnreachableError, SlurmMissingError } from "../error/slurm-error.js";
import { allRecordings, recorded } from "../fixtures/recordings.js";
import { probeCluster } from "./probe.js";
import { parseSlurmVersion } from "./slurm-version.js";

type Sections = Partial<Record<"version" | "config" | "partitions" | "uid" | "groups" | "home" | "folder", string>>;

/** Answers as the probe's script does, behind a login's banner. */
const probe = (sections: Sections, reply: ScriptedReply = {}): ReturnType<typeof probeCluster> =>
  probeCluster(
    scriptedTransport(({ argv }) => {
      const token = argv.at(-1) ?? "";
      const all = { version: "", config: "", partitions: "", uid: "2001\n", groups: "alice research\n", home: "/home/alice\n", folder: "/home/alice\n", ...sections };
      return { stdout: `Welcome!\n${Object.entries(all).map(([name, text]) => `${token} ${name}\n${text}`).join("")}`, ...reply };
    }),
    { binFolder: undefined, keepVariables: [] },
  );

describe.each(allRecordings)("a cluster of Slurm $version", (cluster) => {
  const printed = (what: string): string => recorded(cluster, what).stdout;
  const known = { version: printed("version"), config: printed("config"), partitions: printed("partitions") };

  it("is found out in one round trip", async () => {
    const facts = await probe(known);
    expect(facts).toMatchObject({
      name: expect.stringMatching(/^rec-slurmc-/) as string,
      version: { text: cluster.version },
      accounting: true,
      uid: 2001,
      groups: ["alice", "research"],
      home: "/home/alice",
      folder: "/home/alice",
    });
    expect(facts.minJobAgeSeconds).toBeGreaterThan(0);
    expect(facts.maxArraySize).toBeGreaterThan(1000);
    expect(facts.partitions.map(({ name }) => name)).toEqual(["standard", "dev", "preemptible"]);
  });

  it("has the partitions that are open to the user's groups, hidden ones too", async () => {
    const facts = await probe({ ...known, partitions: "PartitionName=a AllowGroups=ALL Hidden=YES\nPartitionName=b AllowGroups=bob\nPartitionName=c AllowGroups=bob,research\n" });
    expect(facts.partitions.map(({ name }) => name)).toEqual(["a", "c"]);
  });

  it.each(["accounting_storage/none", "(null)", ""])("has no accounting when its type is %j", async (type) => {
    const config = known.config.replace(/^(AccountingStorageType *= ).*$/m, `$1${type}`);
    expect(await probe({ ...known, config })).toMatchObject({ accounting: false });
  });

  it("whose controller is away is an error of its own, and says nothing about jobs", async () => {
    const away = probe({ version: known.version }, { stderr: recorded(cluster, "squeue without a controller").stderr });
    await expect(away).rejects.toThrow(ControllerUnreachableError);
    await expect(away).rejects.toMatchObject({ retryable: true });
  });
});

describe("probeCluster", () => {
  it("says where there is no Slurm, and how to name it", async () => {
    const missing = probe({}, { stderr: "/bin/sh: 1: sbatch: not found\n" });
    await expect(missing).rejects.toThrow(SlurmMissingError);
    await expect(missing).rejects.toThrow("{ binFolder }");
  });

  it("guesses nothing from an answer that is neither", async () => {
    await expect(probe({ version: "PBS 1\n" })).rejects.toThrow(OutputUnreadableError);
  });
});

describe("parseSlurmVersion", () => {
  it.each([
    ["slurm 24.05.1\n", 24, 5, 1, "24.05.1"],
    ["slurm-wlm 22.05.8\n", 22, 5, 8, "22.05.8"],
    ["a wrapper\nslurm 25.11.0-rc1\n", 25, 11, 0, "25.11.0-rc1"],
    ["slurm 26.05\n", 26, 5, 0, "26.05"],
  ])("reads %j", (printed, major, minor, patch, text) => {
    expect(parseSlurmVersion(printed)).toEqual({ major, minor, patch, text });
  });
});
