import { addingLayer, applyLayers, compose, prepare, renderScript, run, setVariable, type Launch, type LaunchLayer, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { container, containerLayer, describeBinds, formatBinds, type ContainerOptions, type SifImage } from "../src/index.js";
import { pmi2 } from "../../../tools/e2e/pmi2.js";
import { workFolder } from "../../../tools/e2e/sign-in.js";
import { signInWithImage } from "../../../tools/e2e/sign-in-with-image.js";

const folder = workFolder("mpi");
/** Beside the work folder: nothing mounts it by itself. */
const [pmix, libraries] = [`/shared/scratch/pmix, ${process.pid}`, `/shared/scratch/mpi, ${process.pid}/lib`];
const hybrid: ContainerOptions = { cleanEnv: true, mpi: { pattern: "hybrid" } };
let login: Transport;
let image: SifImage;
let hostZlib: string;

beforeAll(async () => {
  ({ login, image } = await signInWithImage(folder));
  await login.mkdir(pmix);
  await login.writeFile(`${pmix}/contact`, "of the server");
  await login.mkdir(libraries, { recursive: true });
  ({ stdout: hostZlib } = await login.exec(["sh", "-c", 'readlink -f "$(ldconfig -p | sed -n "s/.*libz.so.1 .*=> //p" | head -n 1)" | tr -d "\\n"'], { env: { PATH: "/usr/sbin:/usr/bin:/bin" }, check: true }));
  await login.exec(["cp", hostZlib, `${libraries}/libz.so.1`], { check: true });
});
afterAll(async () => {
  for (const each of [folder, pmix, `/shared/scratch/mpi, ${process.pid}`]) await login.remove(each, { recursive: true });
  await login[Symbol.asyncDispose]();
});

/** Each script begins and ends with all ranks together, as MPI_Init and MPI_Finalize have it. */
const launchOf = (script: string, options: ContainerOptions, layers: readonly LaunchLayer[] = [], inner: readonly LaunchLayer[] = []): Promise<Launch> =>
  prepare(compose(["bash", "-c", `${pmi2}\nfence; ${script}; fence`], [...layers, container(image, options), ...inner]), login);
const ranks = async (launch: Launch): Promise<readonly string[]> => {
  const { stdout, stderr, exitCode } = await login.exec(["srun", "-n4", "-N2", "--mpi=pmi2", "sh", "-c", `cd /\n${renderScript(launch).text}`]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout.split("\n").filter((line) => line !== "").sort();
};
const four = (line: string): readonly string[] => [line, line, line, line];

describe("ranks with an MPI of the image's own", () => {
  it("reach the PMI server under a clean environment, and those of a node share name spaces", async () => {
    const lines = (await ranks(await launchOf('echo "$SLURM_NODEID $(readlink /proc/self/ns/user) $PMI_RANK of $PMI_SIZE"', hybrid))).map((line) => line.split(" "));
    expect(lines.map((words) => words.slice(2).join(" ")).sort()).toEqual([0, 1, 2, 3].map((rank) => `${rank} of 4`));
    for (const node of ["0", "1"]) expect(new Set(lines.filter(([each]) => each === node).map(([, space]) => space)).size).toBe(1);
    expect(new Set(lines.map(([, space]) => space)).size).toBe(2);
  });

  it.each([[{}, "read"], [{ shareNamespaces: false }, "refused"]])("may look at each other's memory only in shared name spaces: %j", async (options, outcome) => {
    const file = `/dev/shm/hpckit-${process.pid}-${outcome}-$SLURM_NODEID`;
    const say = `[ "$SLURM_LOCALID" != 0 ] || echo $$ > "${file}"; fence; if cat "/proc/$(cat "${file}")/environ" >/dev/null 2>&1; then echo "$SLURM_LOCALID read"; else echo "$SLURM_LOCALID refused"; fi; fence; rm -f "${file}"`;
    const others = (await ranks(await launchOf(say, { ...hybrid, ...options }))).filter((line) => !line.startsWith("0 "));
    expect(others.map((line) => line.split(" ")[1])).toEqual([outcome, outcome]);
  });

  it("see the folder of a PMIx server, whatever its name, and only where there is one", async () => {
    const told = addingLayer("server", { setup: [setVariable("PMIX_SERVER_TMPDIR", pmix)] });
    expect(await ranks(await launchOf('cat "$PMIX_SERVER_TMPDIR/contact"; echo', hybrid, [told]))).toEqual(four("of the server"));
    expect(await ranks(await launchOf(`ls -d '${pmix}' 2>&1 | grep -c cannot`, hybrid))).toEqual(four("1"));
  });

  it("get variables byte for byte although they share name spaces", async () => {
    const value = `a,b "c" $(id) 'd' \\ é`;
    const launch = await launchOf('printf "%s %s\\n" "$PMI_RANK" "$T_A"', hybrid, [], [addingLayer("values", { setup: [setVariable("T_A", value)] })]);
    expect(await ranks(launch)).toEqual([0, 1, 2, 3].map((rank) => `${rank} ${value}`));
  });
});

describe("the host's libraries", () => {
  const tell = ["python3", "-c", "import zlib; print(zlib.ZLIB_RUNTIME_VERSION); print({line.split(None, 5)[5].strip() for line in open('/proc/self/maps') if 'libz.so' in line})"];
  const loaded = async (options: ContainerOptions): Promise<readonly string[]> => {
    const { stdout, stderr } = await run(compose(tell, [container(image, options)]), login);
    expect(stderr).toBe("");
    return stdout.trim().split("\n");
  };

  it("are loaded instead of the image's, from a folder under its own name, and as single ones", async () => {
    const [own = "", ownPath] = await loaded({});
    expect(ownPath).toMatch(/x86_64-linux-gnu\/libz\.so/);
    const version = hostZlib.replace(/^.*libz\.so\./, "");
    expect(version).not.toBe(own);
    expect(await loaded({ mpi: { pattern: "bind", libraries: [libraries] } })).toEqual([version, `{'${libraries}/libz.so.1'}`]);
    expect(await loaded({ cleanEnv: true, mpi: { pattern: "bind", libraries: [hostZlib.replace(/1\.[\d.]+$/, "1")] } })).toEqual([version, "{'/hpckit/libraries/libz.so.1'}"]);
  });
});

describe("what the site binds", () => {
  it("is told as its configuration and the environment say it", async () => {
    const within: Transport = { ...login, target: login.target, exec: (argv, options) => login.exec(argv, { ...options, env: { APPTAINER_BINDPATH: `${pmix}:/mnt`, ...options?.env } }) };
    const binds = await describeBinds(within);
    expect(binds).toMatchObject({
      configuration: { file: "/etc/apptainer/apptainer.conf", mounts: { home: true, tmp: true, proc: true, sys: true, dev: "host", hostFileSystems: false }, gpu: { nvidia: false, amd: false }, userBinds: true },
      variables: [{ name: "APPTAINER_BINDPATH", value: `${pmix}:/mnt` }],
    });
    expect(binds.configuration?.binds).toContainEqual({ source: "/etc/hosts", destination: "/etc/hosts", exists: true });
    expect(formatBinds(binds)).toContain("/etc/apptainer/apptainer.conf: /etc/hosts");
  });

  it("is bound for writing whatever its configuration says, and hardly in a contained container", async () => {
    const configFile = `/shared/scratch/binds-${process.pid}.conf`;
    await login.exec(["sh", "-c", 'sed "s#^bind path = /etc/pip.conf#bind path = /shared/images:/mnt:ro#" /etc/apptainer/apptainer.conf > "$1"', "sh", configFile], { check: true });
    const mounts = async (options: ContainerOptions): Promise<string> => (await run(compose(["sh", "-c", "cut -d' ' -f2,4 /proc/mounts"], [container(image, { configFile, ...options })]), login, { cwd: "/" })).stdout;
    expect(await mounts({})).toMatch(/^\/mnt rw/m);
    const contained = await mounts({ contain: "files" });
    expect(contained).not.toContain("/mnt ");
    expect(contained).toContain("/etc/hosts ");
    await login.remove(configFile);
  });

  it("comes in as configured, with the environment's, or not at all", async () => {
    const mounted = async (options: ContainerOptions): Promise<readonly boolean[]> => {
      const launch = applyLayers(compose(["cat", "/proc/mounts"]), [containerLayer(image, options)]);
      const { stdout } = await login.exec(["sh", "-c", `cd /\n${renderScript(launch).text}`], { env: { APPTAINER_BINDPATH: "/opt:/mnt" }, check: true });
      return ["/etc/hosts", "/mnt"].map((path) => stdout.includes(` ${path} `));
    };
    expect(await mounted({})).toEqual([true, false]);
    expect(await mounted({ siteBinds: "inherit" })).toEqual([true, true]);
    expect(await mounted({ siteBinds: "none" })).toEqual([false, false]);
  });
});
