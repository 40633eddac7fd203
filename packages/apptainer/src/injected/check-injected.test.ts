import { scriptedTransport } from "@hpckit/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { sif } from "../image/image.js";
import { checkInjected } from "./check-injected.js";
import { elfArchitecture } from "./elf-header.js";
import { minorOf } from "./host-libraries.js";
import { examineLibraries } from "./host-script.js";
import type { InjectedFinding } from "./injected-finding.js";
import { tryLibraries } from "./inside-script.js";

const amd64 = "127 69 76 70 2 1 1 0 0 0 0 0 0 0 0 0 3 0 62 0";
const arm64 = amd64.replace("62 0", "183 0");
const header = "5349465f4d41474943003031003032";
const told = (lines: readonly string[]): string => lines.map((line) => `hpckit ${line}\n`).join("");
const host = ["machine x86_64", `header ${header}`, `library /opt/mpi/lib/libmpi.so.40\t${amd64}\tGLIBC_2.34`, "link libpmix.so.2\t/usr/lib64/libpmix.so.2"];
const inside = ["glibc glibc 2.36"];

/** @param more - what the host and the image say beside, or instead. */
async function found(more: { readonly host?: readonly string[]; readonly inside?: readonly string[]; readonly libraries?: readonly string[] }): Promise<readonly InjectedFinding[]> {
  const on = scriptedTransport(({ argv }) => {
    const script = argv.join(" ");
    if (script.includes("hpckit_files")) return { stdout: told([...host, ...(more.host ?? [])]) };
    if (script.includes("hpckit_loader")) return { stdout: told(more.inside ?? inside) };
    return { stdout: "version apptainer version 1.4.5\nimage readable\n" };
  });
  return checkInjected(on, sif("/x.sif"), { libraries: more.libraries ?? ["/opt/mpi/lib"] });
}
const codes = async (more: Parameters<typeof found>[0]): Promise<readonly string[]> => (await found(more)).map(({ code }) => code);

describe("checkInjected", () => {
  it("finds nothing where everything loads", async () => {
    expect(await found({})).toEqual([]);
  });

  it("looks with the mounts and the engine that a site's profile gives to launches", async () => {
    const seen: string[] = [];
    const on = scriptedTransport(({ argv }) => {
      const script = argv.join(" ");
      seen.push(script);
      if (script.includes("hpckit_files")) return { stdout: told(host) };
      return { stdout: script.includes("hpckit_loader") ? told(inside) : "version apptainer version 1.4.5\nimage readable\n" };
    });
    await checkInjected(on, sif("/x.sif"), { libraries: ["/opt/mpi/lib"], site: { program: "/opt/engine", binds: [{ source: "/etc/libibverbs.d", readOnly: true }] } });
    expect(seen.at(-1)).toMatch(/\/opt\/engine exec .*source=\/etc\/libibverbs\.d,destination=\/etc\/libibverbs\.d,ro/);
  });

  it("says which library needs a newer glibc than the image has, and how new it must be", async () => {
    const [finding, ...others] = await found({ inside: ["glibc ldd (Debian GLIBC 2.31-13) 2.31", "missing /opt/mpi/lib/libmpi.so.40\t/opt/mpi/lib/libmpi.so.40: /lib/libc.so.6: version `GLIBC_2.34' not found (required by /opt/mpi/lib/libmpi.so.40)"] });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: "glibc-too-old", observed: "the image has glibc 2.31; /opt/mpi/lib/libmpi.so.40 needs 2.34", fix: expect.stringContaining("glibc 2.34 or newer") as string });
  });

  it("says what a library needs, and where the host has it", async () => {
    const [finding, ...others] = await found({ inside: [...inside, "missing /opt/mpi/lib/libmpi.so.40\t\tlibpmix.so.2 => not found", "missing /opt/mpi/lib/libopen-pal.so\t\tlibpmix.so.2 => not found"] });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: "needed-library-missing", observed: "libpmix.so.2 is needed by libmpi.so.40, libopen-pal.so", fix: 'add "/usr/lib64/libpmix.so.2" to libraries, or put libpmix.so.2 into the image' });
  });

  it("says that a library of the image lacks a version", async () => {
    expect(await found({ inside: [...inside, "missing /opt/mpi/lib/libmpi.so.40\tx: /usr/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /opt/mpi/lib/libmpi_cxx.so)"] })).toMatchObject([{ code: "symbol-version-missing", observed: "GLIBCXX_3.4.32 is needed by libmpi_cxx.so" }]);
  });

  it("says what a library opens later and would not see, unless one of the places is seen", async () => {
    const companions = ["companion libibverbs.so.1\tlibibverbs\t/usr/lib64/libibverbs", "companion libibverbs.so.1\tlibibverbs\t/lib64/libibverbs", "companion libibverbs.so.1\tits settings\t/etc/libibverbs.d"];
    expect(await found({ host: companions, inside: [...inside, "sees /lib64/libibverbs"] })).toMatchObject([{ code: "companion-missing", severity: "warning", observed: expect.stringContaining("/etc/libibverbs.d") as string }]);
  });

  it.each([
    ["an architecture", [`library /opt/mpi/lib/libz.so\t${arm64}\t`], inside, ["library-of-other-architecture"]],
    ["a part of the C library", [`library /opt/mpi/lib/libc.so.6\t${amd64}\tGLIBC_2.34`], inside, ["library-of-the-system"]],
    ["no glibc", [], ["musl /lib/ld-musl-x86_64.so.1"], ["image-without-glibc"]],
    ["no answer about glibc", [], [], ["not-checked"]],
    ["no loader", [], [...inside, "lacking yes"], ["not-checked"]],
    ["what the loader refuses", [], [...inside, "failed /opt/mpi/lib/libmpi.so.40\tinvalid ELF header"], ["library-refused"]],
    ["no od", ["lacking od", "library /opt/mpi/lib/libz.so"], inside, ["not-checked"]],
    ["an empty folder", ["without /opt/mpi/lib"], inside, ["folder-without-libraries"]],
    ["the script of a linker, which loads nothing", ["library /opt/mpi/lib/libc.so\t47 42 32 71 78 85 32 108 100 32 115 99 114 105 112 116 10 32 32 32\tGLIBC_2.99"], inside, []],
  ])("tells %s", async (_what, more, image, expected) => {
    expect(await codes({ host: more, inside: image })).toEqual(expected);
  });

  it("starts nothing where no library is there", async () => {
    expect(await codes({ host: ["absent /opt/mpi/lib"], inside: ["this would be no report"] })).toEqual(["library-missing"]);
  });

  it("refuses folders of the image's own before anything runs", async () => {
    await expect(checkInjected(scriptedTransport(() => ({})), sif("/x.sif"), { libraries: ["/usr/lib64"] })).rejects.toThrow("name the single ones");
  });
});

describe("what files and programs say", () => {
  it("is read of ELF headers in both byte orders, and of nothing else", () => {
    const bytes = (order: number, ...machine: readonly number[]): readonly number[] => [127, 69, 76, 70, 2, order, ...Array<number>(12).fill(0), ...machine];
    expect([elfArchitecture(bytes(1, 62, 0)), elfArchitecture(bytes(1, 21, 0)), elfArchitecture(bytes(2, 0, 21)), elfArchitecture(bytes(2, 0, 22)), elfArchitecture(bytes(1, 9, 9))]).toEqual(["amd64", "ppc64le", "ppc64", "s390x", "unknown"]);
    fc.assert(fc.property(fc.array(fc.nat(255), { maxLength: 20 }).filter(([first]) => first !== 127), (some) => elfArchitecture(some) === undefined));
  });

  it("is read of versions of glibc as programs print them", () => {
    expect(["GLIBC_2.34", "glibc 2.28", "ldd (Debian GLIBC 2.41-12+deb13u2) 2.41", "ldd (GNU libc) 2.17", "ld.so (GNU libc) stable release version 2.39.", "musl libc", ""].map(minorOf)).toEqual([34, 28, 41, 17, 39, undefined, undefined]);
  });

  it.each(shells)("is told of real libraries, each file once, in %s", (shell) => {
    const make = 'd=$(mktemp -d); trap \'rm -rf "$d"\' EXIT; mkdir "$d/plug in"; cp "$(ldd /bin/ls | sed -n "s/.*libc.so.6 => \\(.*\\) (0x.*/\\1/p")" "$d/libucs.so.0.1"; ln -s libucs.so.0.1 "$d/libucs.so"; cp "$d/libucs.so.0.1" "$d/plug in/x.so"; mkdir "$d/ucx"; mkdir "$d/empty"';
    const script = examineLibraries(["@D@", "@D@/empty", "/no/such lib"], "/no.sif").shell.replaceAll("@D@/empty", '"$d"/empty').replaceAll("@D@", '"$d"');
    const lines = runShell(shell, `${make}\n${script}`).stdout.split("\n").map((line) => line.replaceAll(/\/tmp\/tmp\.\w+/g, "D"));
    expect(lines.filter((line) => line.startsWith("hpckit library")).map((line) => line.replace(/\tGLIBC_2\.\d+$/, " GLIBC"))).toEqual([expect.stringMatching(/^hpckit library D\/libucs\.so\.0\.1\t *127 69 76 70 .* GLIBC$/), expect.stringMatching(/^hpckit library D\/plug in\/x\.so\t *127 69 .* GLIBC$/)]);
    expect(lines).toContain("hpckit companion libucs.so.0.1\tucx\tD/ucx");
    expect(lines).toContain("hpckit without D/empty");
    expect(lines).toContain("hpckit absent /no/such lib");
  });

  it.each(shells)("is told by the loader of what is not found, in %s", (shell) => {
    const { stdout } = runShell(shell, `ldd() { printf '\\tlibpmix.so.2 => not found\\n\\tlibc.so.6 => /lib/libc.so.6 (0x1)\\n'; }\n${tryLibraries(["/a b.so"], ["/", "/no/such"]).shell.replace(/^for hpckit_each in \/lib\*.*$/m, "")}`);
    expect(stdout).toContain("hpckit missing /a b.so\t\tlibpmix.so.2 => not found\n");
    expect(stdout).not.toContain("libc.so.6 =>");
    expect(stdout.match(/^hpckit sees.*$/gm)).toEqual(["hpckit sees /"]);
  });
});
