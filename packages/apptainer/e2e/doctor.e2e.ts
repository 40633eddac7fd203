import type { Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signIn, workFolder } from "../../../tools/e2e/sign-in.js";
import { serveTinyImage, type TinyImage } from "../../../tools/registry/src/index.js";
import { docker, doctor, ensureImage, imageStore, type ApptainerFinding, type DoctorOptions } from "../src/index.js";

const folder = workFolder("doctor");
const plain = `/shared/scratch/doctor ${process.pid}`;
let login: Transport;
let image: string;
let served: TinyImage;

beforeAll(async () => {
  login = await signIn("newest");
  await login.mkdir(folder);
  await login.mkdir(`${plain}/memory`, { recursive: true });
  served = await serveTinyImage();
  const store = imageStore({ root: `${plain}/store`, free: "100M", insecureRegistries: [served.registry.address] });
  image = (await ensureImage(store, docker(`${served.repository}:1`), login)).image.path;
});
afterAll(async () => {
  for (const each of [folder, plain]) await login.remove(each, { recursive: true });
  await login[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
});

/** The login node, with something of its own in each command's environment, or in namespaces of its own. */
const within = (env: Readonly<Record<string, string>>, wrap: readonly string[] = []): Transport => ({
  ...login,
  target: login.target,
  exec: (argv, options) => login.exec([...wrap, ...argv], { ...options, env: { ...env, ...options?.env } }),
  connect: (address, options) => login.connect(address, options),
});
const found = async (on: Transport, options: DoctorOptions = {}): Promise<readonly Pick<ApptainerFinding, "code" | "observed">[]> => (await doctor(on, options)).map(({ code, observed }) => ({ code, observed }));
/** Runs the examination where this was mounted or set first, by an account that is root only there. */
const after = (script: string): readonly string[] => ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", `${script} && exec "$@"`, "sh"];

describe("doctor, on a real machine", () => {
  it("finds nothing on the cluster, whose engine starts an image", async () => {
    expect(await found(login, { image, fakeroot: true, overlay: true, mounts: [folder] })).toEqual([]);
  });

  it("sees the variables of the engine, an engine that is not there, and one that is too old", async () => {
    expect(await found(within({ APPTAINER_BIND: "/canary" }), { image })).toEqual([{ code: "engine-variables", observed: "APPTAINER_BIND" }]);
    expect(await found(login, { program: "/opt/nowhere/apptainer" })).toMatchObject([{ code: "engine-missing" }]);
    await login.exec(["sh", "-c", 'printf "#!/bin/sh\\necho apptainer version 1.0.3\\n" > "$1/old" && chmod +x "$1/old"', "sh", plain], { check: true });
    expect((await found(login, { program: `${plain}/old` })).map(({ code }) => code)).toContain("engine-too-old");
  });

  it("sees several engines on the PATH", async () => {
    await login.exec(["sh", "-c", 'mkdir -p "$1/bin" && cp /bin/true "$1/bin/singularity"', "sh", plain], { check: true });
    expect(await found(within({}, ["env", `PATH=/usr/bin:/bin:${plain}/bin`]))).toEqual([{ code: "several-engines", observed: `/usr/bin/apptainer, ${plain}/bin/singularity` }]);
  });

  it("sees where a temporary folder is small, in memory, without programs, closed, missing, or of a name that the engine cannot have", async () => {
    const tmpfs = after(`mount -t tmpfs -o size=1m,noexec tmpfs '${plain}/memory'`);
    expect((await found(within({ APPTAINER_TMPDIR: `${plain}/memory` }, tmpfs))).map(({ code }) => code)).toEqual(expect.arrayContaining(["temporary-folder-noexec", "temporary-folder-small", "temporary-folder-in-memory"]));
    expect(await found(within({ TMPDIR: "/no/such" }))).toEqual([{ code: "temporary-folder-unusable", observed: "/no/such is not there" }]);
    expect(await found(within({ TMPDIR: "/root" }))).toEqual([{ code: "temporary-folder-unusable", observed: "/root cannot be written" }]);
    expect(await found(within({ TMPDIR: folder }))).toEqual([{ code: "temporary-folder-unusable", observed: folder }]);
    expect(await found(within({ APPTAINER_CACHEDIR: "/root/cache" }))).toEqual([{ code: "cache-unusable", observed: "/root/cache cannot be written" }]);
  });

  it("sees where user namespaces are shut, and /dev/fuse is not to be had", async () => {
    const shut = after("echo 1 > /proc/sys/user/max_user_namespaces && echo 0 > /proc/sys/user/max_user_namespaces");
    expect(await found(within({}, shut))).toContainEqual({ code: "no-user-namespaces", observed: "user.max_user_namespaces is 0" });
    expect((await found(within({}, after("mount --bind /dev/null /dev/fuse && umount /dev/fuse && mount --bind /etc/hostname /dev/fuse && mount -o remount,bind,ro /dev/fuse")))).map(({ code }) => code)).toContain("fuse-closed");
  });

  it("sees an account without subordinate ids", async () => {
    await using bob = await signIn("newest", "bob");
    const without: Transport = { ...bob, target: bob.target, exec: (argv, options) => bob.exec([...after("mount --bind /etc/hostname /etc/subuid && mount --bind /etc/hostname /etc/subgid"), ...argv], options) };
    expect((await found(without, { fakeroot: true })).map(({ code }) => code)).toContain("no-subordinate-ids");
  });

  it("sees what is wrong with an image: missing, closed, damaged, of another architecture", async () => {
    const broken = `${plain}/broken.sif`;
    expect(await found(login, { image: `${plain}/none.sif` })).toMatchObject([{ code: "image-missing" }]);
    await login.exec(["sh", "-c", 'cp "$1" "$2" && chmod 200 "$2"', "sh", image, broken], { check: true });
    expect(await found(login, { image: broken })).toMatchObject([{ code: "image-unreadable" }]);
    await login.exec(["sh", "-c", 'chmod 600 "$1" && printf 04 | dd of="$1" bs=1 seek=45 conv=notrunc', "sh", broken], { check: true });
    expect(await found(login, { image: broken })).toEqual([{ code: "image-of-other-architecture", observed: `${broken} is of arm64, and this machine of amd64 (x86_64)` }]);
    await login.exec(["truncate", "-s", "40", broken], { check: true });
    expect(await found(login, { image: broken })).toMatchObject([{ code: "image-damaged" }]);
  });

  it("sees paths that are not there, a session folder that is small, a GPU without a driver, no library, and a registry out of reach", async () => {
    const options: DoctorOptions = { mounts: ["/no/such"], writesInside: "1G", gpu: "nvidia", library: true, registries: ["127.0.0.1:9"] };
    expect((await found(login, options)).map(({ code }) => code)).toEqual(["session-folder-small", "bind-missing", "no-library", "gpu-driver-missing", "registry-unreachable"]);
    expect((await found(login, { gpu: "amd" })).map(({ code }) => code)).toEqual(["no-gpu", "gpu-driver-missing"]);
  });

  it("sees that accounts may mount nothing", async () => {
    const closed = after(`sed 's/^user bind control.*/user bind control = no/' /etc/apptainer/apptainer.conf > '${plain}/closed.conf' && mount --bind '${plain}/closed.conf' /etc/apptainer/apptainer.conf`);
    expect(await found(within({}, closed))).toContainEqual({ code: "mounts-refused", observed: "user bind control = no in /etc/apptainer/apptainer.conf" });
  });

  it("looks at the node of a job through whatever leads there", async () => {
    expect(await found(within({}, ["srun", "-n1"]))).toEqual([]);
  });
});
