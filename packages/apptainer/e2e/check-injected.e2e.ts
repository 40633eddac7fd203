import { compose, run, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkInjected, container, type InjectedFinding, type SifImage } from "../src/index.js";
import { workFolder } from "../../../tools/e2e/sign-in.js";
import { signInWithImage } from "../../../tools/e2e/sign-in-with-image.js";

const folder = workFolder("injected");
const own = `${folder}/own, lib`;
let login: Transport;
let image: SifImage;
let root: string;

beforeAll(async () => {
  ({ login, image } = await signInWithImage(folder));
  await login.mkdir(own);
  ({ stdout: root } = await login.exec(["sh", "-c", 'dirname "$(ldd /bin/ls | sed -n "s/.*libc.so.6 => \\(.*\\) (0x.*/\\1/p")" | tr -d "\\n"'], { check: true }));
});
afterAll(async () => {
  await login.remove(folder, { recursive: true });
  await login[Symbol.asyncDispose]();
});

const codesOf = (findings: readonly InjectedFinding[]): readonly string[] => findings.map(({ code }) => code);

describe("libraries of the host in a real image, whose distribution is older", () => {
  it("are found fault with exactly where the image's loader cannot load them", async () => {
    const outcomes = new Set<boolean>();
    for (const name of ["libz.so.1", "libtinfo.so.6", "libedit.so.2", "libbsd.so.0", "libstdc++.so.6", "libjwt.so.2", "libtirpc.so.3", "libibmad.so.5", "libfido2.so.1"]) {
      const library = `${root}/${name}`;
      if (!(await login.exec(["test", "-e", library])).ok) continue;
      const errors = (await checkInjected(login, image, { libraries: [library] })).filter(({ severity }) => severity === "error");
      const load = compose(["python3", "-c", "import ctypes, sys; ctypes.CDLL(sys.argv[1])", `/hpckit/libraries/${name}`], [container(image, { mpi: { pattern: "bind", libraries: [library] } })]);
      const loaded = await run(load, login);
      expect(`${name} ${errors.length === 0} ${codesOf(errors).join()}`, loaded.stderr).toContain(`${name} ${loaded.ok} `);
      outcomes.add(loaded.ok);
    }
    expect(outcomes.size, "some load, and some do not").toBe(2);
  });

  it("load when what the findings ask for is brought in, too", async () => {
    const library = `${root}/libibmad.so.5`;
    const missing = await checkInjected(login, image, { libraries: [library] });
    expect(codesOf(missing)).toEqual(["needed-library-missing"]);
    expect(missing[0]?.observed).toBe("libibumad.so.3 is needed by libibmad.so.5");
    const companion = /add "(.*)" to libraries/.exec(missing[0]?.fix ?? "")?.[1] ?? "";
    expect(await checkInjected(login, image, { libraries: [library, companion] })).toEqual([]);
  });

  it("are seen to be of another architecture, a part of the C library, or not there", async () => {
    await login.exec(["sh", "-c", 'cp "$1/libz.so.1" "$2/liba.so" && printf "\\267" | dd of="$2/liba.so" bs=1 seek=18 conv=notrunc 2>/dev/null', "sh", root, own], { check: true });
    expect(await checkInjected(login, image, { libraries: [own, "/no/such"] })).toMatchObject([
      { code: "library-missing", observed: "there is no /no/such" },
      { code: "library-of-other-architecture", observed: `the image is of amd64; ${own}/liba.so of arm64` },
    ]);
    expect(codesOf(await checkInjected(login, image, { libraries: [`${root}/libc.so.6`] }))).toEqual(["library-of-the-system"]);
  });

  it("are told where they cannot be read, within a folder, too", async () => {
    const closed = `${folder}/closed`;
    await login.exec(["sh", "-c", 'mkdir "$2" && cp "$1/libz.so.1" "$2/libz.so.1" && cp "$1/libz.so.1" "$2/libclosed.so" && chmod 000 "$2/libclosed.so"', "sh", root, closed], { check: true });
    expect(await checkInjected(login, image, { libraries: [closed] })).toMatchObject([{ code: "library-missing", observed: `${closed}/libclosed.so cannot be read` }]);
  });

  it("miss what stands beside them, until it is brought in, too", async () => {
    const [library, settings] = [`${folder}/libucs.so.0`, `${folder}/ucx`];
    await login.mkdir(settings);
    await login.exec(["cp", `${root}/libz.so.1`, library], { check: true });
    const within: Transport = { ...login, target: login.target, exec: (argv, options) => login.exec(["sh", "-c", 'cd / && exec "$@"', "sh", ...argv], options) };
    expect(await checkInjected(within, image, { libraries: [library] })).toMatchObject([{ code: "companion-missing", observed: expect.stringContaining(settings) as string }]);
    expect(await checkInjected(within, image, { libraries: [library], mounts: [{ source: settings, readOnly: true }] })).toEqual([]);
  });

  it("are judged on the node of a job, too", async () => {
    const node: Transport = { ...login, target: login.target, exec: (argv, options) => login.exec(["srun", "-n1", ...argv], options) };
    expect(await checkInjected(node, image, { libraries: [`${root}/libz.so.1`] })).toEqual([]);
  });
});
