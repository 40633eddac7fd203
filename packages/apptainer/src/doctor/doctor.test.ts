import { formatFindings } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { doctor } from "./doctor.js";
import { doctorSchema, type DoctorOptions } from "./doctor-options.js";
import { examine } from "./examine-script.js";
import type { ApptainerFindingCode } from "./apptainer-finding.js";

/** What a machine says on which nothing is amiss. */
const well: Readonly<Record<string, string>> = {
  version: "apptainer version 1.4.5", program: "/usr/bin/apptainer", engine: "/usr/bin/apptainer", setuid: "0", machine: "x86_64", kernel: "5.14.0-70.el9", namespaces: "yes", "max-namespaces": "15000",
  fuse: "yes", "fuse-exists": "yes", squashfuse: "yes", "fuse-overlay": "no", user: "alice", subuid: "alice:100000:65536", subgid: "alice:100000:65536", newuid: "yes", newgid: "yes",
  temporary: "/tmp", "temporary-exists": "yes", "temporary-writable": "yes", "temporary-free": "50000000", "temporary-type": "xfs", "temporary-options": "rw,relatime",
  cache: "/home/alice/.apptainer/cache", "cache-writable": "yes", "cache-free": "50000000", "cache-type": "xfs", settings: "/etc/apptainer/apptainer.conf", "session-mib": "64",
};
/** @param change - an empty text is not said; several texts are divided by `|`. */
const machine = (change: Readonly<Record<string, string>> = {}): ReturnType<typeof scriptedTransport> =>
  scriptedTransport(() => ({ stdout: Object.entries({ ...well, ...change }).flatMap(([key, value]) => value.split("|").map((each) => `hpckit ${key} ${each}\n`)).join("") }));
const codes = async (change: Readonly<Record<string, string>>, options: DoctorOptions = {}): Promise<readonly ApptainerFindingCode[]> => (await doctor(machine(change), options)).map(({ code }) => code);

const amd64 = "5349465f4d41474943003031003032";
const everything: DoctorOptions = { image: "/x.sif", gpu: "nvidia", fakeroot: true, overlay: true, mounts: ["/data"], writesInside: "10M", library: true };
const present = { image: "file", header: amd64, start: "yes", "gpu-device": "/dev/nvidia0", "gpu-driver": "/usr/lib64/libcuda.so.1", "gpu-needs": "GLIBC_2.17", "image-libc": "glibc 2.28" };

describe("doctor", () => {
  it("finds nothing where nothing is amiss, in one round trip, whatever is asked", async () => {
    const on = machine(present);
    expect(await doctor(on, everything)).toEqual([]);
    expect(on.calls).toHaveLength(1);
  });

  it.each<[ApptainerFindingCode, Readonly<Record<string, string>>, DoctorOptions, seen: string]>([
    ["engine-missing", { version: "" }, {}, "apptainer is not on the PATH"],
    ["engine-too-old", { version: "apptainer version 1.0.3" }, {}, "1.0.3 has no --no-eval"],
    ["several-engines", { engine: "/usr/bin/apptainer|/opt/bin/apptainer|/usr/bin/apptainer" }, {}, "/usr/bin/apptainer, /opt/bin/apptainer"],
    ["engine-variables", { variable: "APPTAINER_BIND|SINGULARITY_NV" }, {}, "APPTAINER_BIND, SINGULARITY_NV"],
    ["no-user-namespaces", { namespaces: "no", "max-namespaces": "0" }, {}, "user.max_user_namespaces is 0"],
    ["no-user-namespaces", { namespaces: "no", cloning: "0" }, {}, "kernel.unprivileged_userns_clone is 0"],
    ["no-user-namespaces", { namespaces: "no", apparmor: "1" }, {}, "apparmor_restrict_unprivileged_userns is 1"],
    ["no-user-namespaces", { namespaces: "no", "max-namespaces": "" }, {}, "this kernel has no user namespaces"],
    ["setuid-without-effect", { setuid: "1" }, {}, "starter-suid is not there"],
    ["setuid-without-effect", { setuid: "1", starter: "/x/starter-suid", "starter-setuid": "yes", "starter-mount": "ro,nosuid" }, {}, "mounted nosuid"],
    ["setuid-without-effect", { setuid: "1", starter: "/x/starter-suid", "starter-setuid": "no" }, {}, "is not setuid root"],
    ["setuid-without-effect", { setuid: "1", starter: "/x/starter-suid", "starter-setuid": "yes", "allow-setuid": "no" }, {}, "allow setuid = no"],
    ["slow-start", { squashfuse: "no" }, {}, "squashfuse is not installed"],
    ["fuse-closed", { fuse: "no" }, {}, "/dev/fuse cannot be opened"],
    ["fuse-closed", { fuse: "no", "fuse-exists": "no" }, {}, "there is no /dev/fuse"],
    ["no-overlay", { kernel: "5.10.0" }, { overlay: true }, "Linux 5.10.0 lets no user mount an overlay"],
    ["no-subordinate-ids", { subuid: "" }, { fakeroot: true }, "/etc/subuid has no range for alice"],
    ["no-id-mapping", { newgid: "no" }, { fakeroot: true }, "newgidmap is not installed"],
    ["temporary-folder-unusable", { "temporary-exists": "no" }, {}, "/tmp is not there"],
    ["temporary-folder-unusable", { "temporary-writable": "no" }, {}, "/tmp cannot be written"],
    ["temporary-folder-unusable", { temporary: "/scratch/it's" }, {}, "/scratch/it's"],
    ["temporary-folder-noexec", { "temporary-options": "rw,noexec" }, {}, "/tmp is mounted noexec"],
    ["temporary-folder-small", { "temporary-free": "1000" }, {}, "1000K is free in /tmp"],
    ["temporary-folder-in-memory", { "temporary-type": "tmpfs" }, {}, "/tmp is a tmpfs"],
    ["cache-unusable", { "cache-writable": "no" }, {}, "cannot be written"],
    ["cache-on-network", { "cache-type": "lustre" }, {}, "lies on lustre"],
    ["cache-on-network", { "cache-type": "nfs4" }, {}, "lies on nfs4"],
    ["cache-small", { "cache-free": "5" }, {}, "5K is free"],
    ["over-quota", { quota: "Disk quotas for user alice: home 10G*" }, {}, "10G*"],
    ["session-folder-small", {}, { writesInside: "65M" }, "sessiondir max size = 64 (MiB)"],
    ["image-missing", { image: "missing" }, { image: "/x.sif" }, "there is no /x.sif"],
    ["image-unreadable", { image: "unreadable" }, { image: "/x.sif" }, "alice may not read /x.sif"],
    ["image-damaged", { image: "file", header: "7f454c46", start: "no: x" }, { image: "/x.sif" }, "does not begin as a SIF does"],
    ["image-of-other-architecture", { image: "file", header: amd64, machine: "aarch64" }, { image: "/x.sif" }, "/x.sif is of amd64, and this machine of arm64"],
    ["start-failed", { image: "file", header: amd64, start: "no: FATAL: mount failed" }, { image: "/x.sif" }, "FATAL: mount failed"],
    ["bind-missing", { "absent-mount": "/data" }, { mounts: ["/data"] }, "there is no /data"],
    ["configured-bind-missing", { "absent-bind": "/sw" }, {}, "bind path = /sw in /etc/apptainer/apptainer.conf"],
    ["mounts-refused", { "user-binds": "no" }, {}, "user bind control = no in /etc/apptainer/apptainer.conf"],
    ["gpu-driver-missing", { "gpu-device": "/dev/nvidia0" }, { gpu: "nvidia" }, "ldconfig -p knows no libcuda.so"],
    ["no-gpu", { "gpu-driver": "/usr/lib/libhsa-runtime64.so" }, { gpu: "amd" }, "there is no /dev/kfd"],
    ["gpu-libraries-too-new", { ...present, "gpu-needs": "GLIBC_2.34" }, { gpu: "nvidia", image: "/x.sif" }, "needs glibc 2.34, the image has 2.28"],
    ["no-library", { remote: "default" }, { library: true }, "cloud.apptainer.org"],
    ["registry-unreachable", {}, { registries: ["docker.io"] }, "docker.io: a scripted transport has no connect"],
  ])("says %s of a machine with %j", async (code, change, options, seen) => {
    const findings = await doctor(machine(change), options);
    expect(findings).toMatchObject([{ code, observed: expect.stringContaining(seen) as string }]);
    expect(formatFindings(findings)).toMatch(/\n {2}fix: {2}\S/);
  });

  it("takes what is setuid, what a profile allows, and what has started for able to start", async () => {
    const shut = { namespaces: "no", apparmor: "1" };
    expect(await codes({ ...shut, setuid: "1", starter: "/x", "starter-setuid": "yes", "allow-setuid": "yes", fuse: "no", squashfuse: "no" })).toEqual([]);
    expect(await codes({ ...shut, profile: "/etc/apparmor.d/apptainer" })).toEqual([]);
    expect(await codes({ ...shut, ...present }, { image: "/x.sif" })).toEqual([]);
  });

  it("guesses nothing from noise, and names the close match of an unknown option", async () => {
    await expect(doctor(scriptedTransport(() => ({ stdout: "Welcome!\n" })))).rejects.toThrow("a line that is no report");
    await expect(doctor(machine(), { fakeRoot: true } as DoctorOptions)).rejects.toThrow('did you mean "fakeroot"?');
    await expect(doctor(machine(), { image: "x.sif" })).rejects.toThrow("not an absolute path");
  });
});

describe.each(shells)("the examination in %s", (shell) => {
  it("says nothing but reports, whatever the machine lacks, and shows no value of a variable", () => {
    const settings = doctorSchema.parse({ ...everything, program: "/nowhere/apptainer", mounts: ["/no such 'folder'"], gpu: "amd" });
    const env = { APPTAINER_BIND: "canary", SINGULARITY_DOCKER_PASSWORD: "canary", TMPDIR: "/nowhere/a\nb", HOME: "" };
    for (const path of [process.env["PATH"] ?? "", "/nowhere"]) {
      const { status, stdout } = runShell(shell, `PATH='${path}'\n${examine(settings).shell}`, { env });
      expect(status).toBe(0);
      expect(stdout).not.toContain("canary");
      expect(stdout.split("\n").filter((line) => line !== "" && !/^hpckit [a-z-]+ /.test(line))).toEqual([]);
    }
  });
});
