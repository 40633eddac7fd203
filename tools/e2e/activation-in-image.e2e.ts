import { container, containerLayer, type SifImage } from "@hpckit/apptainer";
import { compose, prepare, run, type LaunchLayer, type Transport } from "@hpckit/core";
import { activation, doctor, modules, virtualenvAt } from "@hpckit/venv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workFolder } from "./sign-in.js";
import { signInWithImage } from "./sign-in-with-image.js";

const folder = workFolder("activation");
const tell = ["python", "-c", "import os, sys; print(sys.prefix, sys.base_prefix, os.environ['CAQRN'])"];
const at = (name: string) => virtualenvAt(activation({ folder: `${folder}/${name}`, variables: { CAQRN: "$HOME, 'x'" }, pythonPath: [`${folder}/code`] }));
let login: Transport;
let image: SifImage;

beforeAll(async () => {
  ({ login, image } = await signInWithImage(folder));
  await login.mkdir(`${folder}/code`);
});
afterAll(async () => {
  await login.remove(folder, { recursive: true });
  await login[Symbol.asyncDispose]();
});

describe("an environment that is there, in an image", () => {
  it("of the host's own Python is refused with the next step: nothing of the host's /usr is mounted", async () => {
    await login.exec(["python3", "-m", "venv", "--without-pip", `${folder}/of host`], { check: true });
    const preparing = prepare(compose(tell, [container(image), at("of host")]), login);
    await expect(preparing).rejects.toMatchObject({ code: "base-not-mountable", message: expect.stringContaining("Build the environment with the image's Python") as string });
    expect((await run(compose(tell, [at("of host")]), login)).stdout).toBe(`${folder}/of host /usr $HOME, 'x'\n`);
  });

  it("of the image's Python works in it, as the project's code does", async () => {
    const make = ["python3", "-m", "venv", "--without-pip", `${folder}/of image-1`];
    await run(compose(make, [container(image, { mounts: [{ source: folder }] })]), login, { check: true });
    await login.exec(["ln", "-s", "of image-1", `${folder}/of image`], { check: true });
    await login.writeFile(`${folder}/code/caqrn.py`, "import sys; print(sys.prefix)\n");
    expect((await run(compose(tell, [container(image, { cleanEnv: true }), at("of image")]), login)).stdout).toBe(`${folder}/of image-1 /usr $HOME, 'x'\n`);
    expect((await run(compose(["python", "-m", "caqrn"], [container(image, { home: "none" }), at("of image")]), login)).stdout).toBe(`${folder}/of image-1\n`);
  });

  it("is looked at by the doctor where it works, and where it does not", async () => {
    const make = 'python3 -m venv --without-pip "$1-1" && printf "#!%s\\n" "$1-1/bin/python" > "$1-1/bin/tool" && ln -s "$1-1" "$1"';
    const looked = `${folder}/looked.at`;
    await run(compose(["sh", "-c", make, "sh", looked], [container(image, { mounts: [{ source: folder }] })]), login, { check: true });
    const codes = async (within: readonly LaunchLayer[]) => (await doctor(login, { folder: looked, within })).map(({ code }) => code).filter((code) => code !== "node-local");
    expect(await codes([containerLayer(image)])).toEqual([]);
    expect(await codes([])).toEqual(["base-changed"]);
  });

  it("of a shared interpreter brings it in", async () => {
    // The image's Python, as if a site had it in a folder of its own: that of the login node's Debian wants a newer C library than the image has.
    const copy = 'mkdir -p "$1/bin" "$1/lib" && cp /usr/bin/python3.* "$1/bin/" && rm -f "$1"/bin/*-config && cp -r /usr/lib/python3.* "$1/lib/" && ln -s python3.?? "$1/bin/python3"';
    const base = `${folder}/py thon`;
    await run(compose(["sh", "-c", `cd /usr/bin && ${copy}`, "sh", base], [container(image, { mounts: [{ source: folder }] })]), login, { check: true });
    await login.exec([`${base}/bin/python3`, "-m", "venv", "--without-pip", `${folder}/of site`], { check: true });
    expect((await run(compose(tell, [container(image, { home: "none" }), at("of site")]), login)).stdout).toBe(`${folder}/of site ${base} $HOME, 'x'\n`);
  });
});

it("modules are refused inside a container, with the next step", async () => {
  await expect(prepare(compose(["true"], [container(image), modules(["gcc"])]), login)).rejects.toThrow("put its layer left of the container");
  await login.mkdir(`${folder}/modules`);
  await login.writeFile(`${folder}/modules/tool.lua`, 'setenv("TOOL", "1.2")\n');
  const outside = compose(["printenv", "TOOL"], [modules(["tool"], { use: [`${folder}/modules`] }), container(image)]);
  expect((await run(outside, login)).stdout).toBe("1.2\n");
});
