import { container, type SifImage } from "@hpckit/apptainer";
import { compose, prepare, renderScript, run, type Transport } from "@hpckit/core";
import { packedVirtualenv, packEnvironment, type EnsuredPackedEnv } from "@hpckit/venv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workFolder } from "./sign-in.js";
import { signInWithImage } from "./sign-in-with-image.js";

const folder = workFolder("packed");
const tell = ["python", "-c", "import os, sys, thing; print(sys.prefix, thing.__file__, os.environ['SITE'])"];
const additions = { variables: { SITE: "it's" } };
let login: Transport;
let image: SifImage;

beforeAll(async () => {
  ({ login, image } = await signInWithImage(folder));
});
afterAll(async () => {
  await login.remove(folder, { recursive: true });
  await login[Symbol.asyncDispose]();
});

const seriesOf = (version: string): string => version.split(".").slice(0, 2).join(".");

/** Packs an environment of a Python and leaves nothing of its folder. */
async function pack(name: string, make: (argv: readonly string[]) => Promise<unknown>): Promise<EnsuredPackedEnv> {
  const at = `${folder}/${name}`;
  await make(["sh", "-c", 'python3 -m venv --without-pip "$1" && echo > "$(echo "$1"/lib/python*/site-packages)/thing.py"', "sh", at]);
  const { stdout } = await login.exec(["sed", "-n", "s/^version = //p", `${at}/pyvenv.cfg`], { check: true });
  const built = { folder: at, pythonVersion: stdout.trim(), basePrefix: undefined };
  const packed = await packEnvironment(built, login);
  expect(packed.outcome).toBe("made");
  expect(await packEnvironment(built, login)).toEqual({ ...packed, outcome: "found" });
  await login.remove(at, { recursive: true });
  return packed;
}

describe("an environment that is one file", () => {
  it("works in an image, and in a job there, at the folder where it was built", async () => {
    const packed = await pack("in image-1", (argv) => run(compose(argv, [container(image, { mounts: [{ source: folder }] })]), login, { check: true }));
    const recipe = compose(tell, [container(image, { cleanEnv: true, home: "none" }), packedVirtualenv(packed, additions)]);
    const expected = new RegExp(`^${packed.folder} ${packed.folder}/lib/python3[^/]*/site-packages/thing.py it's\n$`);
    expect((await run(recipe, login)).stdout).toMatch(expected);
    const inJob = await login.exec(["srun", "-n1", "sh", "-c", renderScript(await prepare(recipe, login)).text]);
    expect(inJob.stdout, inJob.stderr).toMatch(expected);
  });

  it("is refused in an image of another Python, which would see nothing of it", async () => {
    const packed = await pack("of host-1", (argv) => login.exec(argv, { check: true }));
    const inImage = await run(compose(["python3", "-c", "import platform; print(platform.python_version())"], [container(image)]), login, { check: true });
    expect(seriesOf(inImage.stdout)).not.toBe(seriesOf(packed.pythonVersion));
    const refused = prepare(compose(tell, [container(image, { cleanEnv: true, home: "none" }), packedVirtualenv(packed, additions)]), login);
    await expect(refused).rejects.toMatchObject({ code: "base-not-mountable", message: expect.stringContaining(`the image's own says ${inImage.stdout.trim()}`) as string });
  });

  it("works on a host for its command alone, in several tasks of a node, and leaves no mount, also after kill -9", async () => {
    const packed = await pack("on host-1", (argv) => login.exec(argv, { check: true }));
    const mounts = async () => (await login.exec(["sh", "-c", 'ls -A "$1"; pgrep -u "$(id -u)" -f -- "squashfuse -f $2" || :', "sh", packed.folder, packed.file])).stdout;
    const expected = new RegExp(`^(?:${packed.folder} ${packed.folder}/lib/python3[^/]*/site-packages/thing.py it's\n){3}$`);
    const launch = await prepare(compose(tell, [packedVirtualenv(packed, additions)]), login);
    const inJob = await login.exec(["srun", "-n3", "-N1", "sh", "-c", renderScript(launch).text]);
    expect(inJob.stdout, inJob.stderr).toMatch(expected);
    await expect.poll(mounts).toBe("");

    const killed = await run(compose(["sh", "-c", 'python -c "import thing" && kill -9 $$'], [packedVirtualenv(packed)]), login);
    expect(killed).toMatchObject({ signal: "SIGKILL", stderr: "" });
    await expect.poll(mounts).toBe("");
    expect((await run(compose(["sh", "-c", "grep -c '^Cap[IPEA].*0000000000000000' /proc/self/status"], [packedVirtualenv(packed)]), login)).stdout).toBe("4\n");
  });

  it("that cannot be mounted starts nothing, and says why", async () => {
    const packed = { folder: `${folder}/none-1`, pythonVersion: "3.13", basePrefix: undefined, file: `${folder}/none.squashfs` };
    const { exitCode, stdout, stderr } = await run(compose(["echo", "started"], [packedVirtualenv(packed)]), login);
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: "" });
    expect(stderr).toContain("it is not there, or may not be read; the command was not started");
    await login.writeFile(packed.file, "no file system");
    expect((await run(compose(["echo", "started"], [packedVirtualenv(packed)]), login)).stderr).toContain("squashfuse failed; the command was not started");
    await expect(packEnvironment({ ...packed, folder: `${folder}/nothing-1` }, login)).rejects.toMatchObject({ code: "pack-failed", message: expect.stringContaining("there is no environment in it") as string });
  });
});
