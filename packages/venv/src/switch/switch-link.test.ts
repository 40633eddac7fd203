import { mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderMake, sh } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { runShell, shells, type ShellName } from "../../../../tools/shells/run-shell.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { listEnvironments } from "./list-environments.js";
import { switchBack, switchEnvironment, type Switched } from "./switch-link.js";

const scratch = scratchFolders("links, it's ");
let root: string;
beforeEach(() => {
  root = join(scratch(), "ve nvs");
  for (const name of ["aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccc"]) {
    const content = sh`echo 'version = 3.13.5' > "$hpckit_folder/pyvenv.cfg"; echo 'pip 25.1' > "$hpckit_folder/.hpckit/installer"`;
    runShell("sh", renderMake({ root, name, id: "1" }, content).shell);
  }
});

const envOf = (letter: string): { readonly folder: string } => ({ folder: `${root}/${letter.repeat(16)}-1` });

describe.each(shells)("a link that %s switches", (shell: ShellName) => {
  /** @param before - shell that runs first, e.g. programs that fail. */
  const machine = (before = ""): ReturnType<typeof scriptedTransport> =>
    scriptedTransport(({ argv: [, , script = ""] }) => {
      const { status, stdout, stderr } = runShell(shell, `${before}\n${script}`);
      return { exitCode: status ?? 137, stdout, stderr };
    });
  const to = (letter: string, link = "main"): Promise<Switched> => switchEnvironment(machine(), { root, link, to: envOf(letter) });
  const back = (): Promise<Switched> => switchBack(machine(), { root, link: "main" });
  const main = (name = "main"): string => readlinkSync(join(root, name));

  it("leads to an environment, then to another, and back, and nothing else is left", async () => {
    expect(await to("a")).toEqual({ kind: "switched", link: `${root}/main`, folder: envOf("a").folder, previous: undefined });
    expect(await to("b")).toEqual({ kind: "switched", link: `${root}/main`, folder: envOf("b").folder, previous: envOf("a").folder });
    expect(await to("b")).toEqual({ kind: "unchanged", link: `${root}/main`, folder: envOf("b").folder, previous: envOf("a").folder });
    expect([main(), main("main.previous")]).toEqual([`${"b".repeat(16)}-1`, `${"a".repeat(16)}-1`]);
    expect((await back()).folder).toBe(envOf("a").folder);
    expect((await back()).folder).toBe(envOf("b").folder);
    expect(readdirSync(root).filter((name) => !/^[abc]{16}/.test(name))).toEqual(["main", "main.previous"]);
    expect(readdirSync(envOf("a").folder).sort()).toEqual([".hpckit", "pyvenv.cfg"]);
  });

  it("stays as it is where the environment is not whole, not there, or never was", async () => {
    await to("a");
    writeFileSync(join(envOf("b").folder, "left-by-a-purge"), "");
    await expect(to("b")).rejects.toMatchObject({ code: "environment-missing", message: expect.stringContaining("ensure that environment again") as string });
    rmSync(join(root, "c".repeat(16)));
    await expect(to("c")).rejects.toMatchObject({ code: "environment-missing" });
    await expect(back()).rejects.toThrow("it led to nothing before");
    expect(main()).toBe(`${"a".repeat(16)}-1`);
  });

  it("does not go back to what a prune has removed", async () => {
    await to("a");
    await to("b");
    rmSync(join(root, "a".repeat(16)));
    renameSync(envOf("a").folder, `${root}/.pruned`);
    await expect(back()).rejects.toMatchObject({ code: "environment-missing" });
    expect(main()).toBe(`${"b".repeat(16)}-1`);
  });

  it("takes over a link that people made, by a whole path or to elsewhere, and says where it led", async () => {
    symlinkSync(envOf("a").folder, join(root, "main"));
    expect(await to("a")).toMatchObject({ kind: "unchanged" });
    expect(await to("b")).toMatchObject({ kind: "switched", previous: envOf("a").folder });
    expect(await back()).toMatchObject({ kind: "switched", folder: envOf("a").folder, previous: envOf("b").folder });
    symlinkSync("/sw/old envs\n", join(root, "develop"));
    expect(await to("c", "develop")).toMatchObject({ kind: "switched", previous: expect.stringMatching(/^\/sw\/old envs/) as string });
    await expect(switchBack(machine(), { root, link: "develop" })).rejects.toThrow("is no environment under that root");
    expect(main("develop")).toBe(`${"c".repeat(16)}-1`);
  });

  it("leaves alone what is no link", async () => {
    mkdirSync(join(root, "main"));
    await expect(to("a")).rejects.toThrow("what stands there is no link; move it away");
    expect(readdirSync(join(root, "main"))).toEqual([]);
  });

  it.each([1, 2])("leads to the old or the new one where it is killed at its %i. step, and switching again sets it right", async (step) => {
    await to("a");
    await to("b");
    const killed = machine(`count=0; mv() { count=$((count + 1)); [ "$count" -ne ${step} ] || kill -9 $$; command mv "$@"; }`);
    await expect(switchEnvironment(killed, { root, link: "main", to: envOf("c") })).rejects.toThrow();
    expect([main(), main("main.previous")]).toEqual([`${"b".repeat(16)}-1`, `${(step === 1 ? "a" : "b").repeat(16)}-1`]);
    expect(await to("c")).toMatchObject({ folder: envOf("c").folder, previous: envOf("b").folder });
  });

  it.each([1, 2])("is led back by a call that was killed at its %i. step and is made again, and never elsewhere", async (step) => {
    await to("a");
    await to("b");
    const killed = machine(`count=0; mv() { count=$((count + 1)); [ "$count" -ne ${step} ] || kill -9 $$; command mv "$@"; }`);
    await expect(switchBack(killed, { root, link: "main" })).rejects.toThrow();
    if (step === 1) await back();
    else await expect(back()).rejects.toThrow("it led to nothing before");
    expect(main()).toBe(`${"a".repeat(16)}-1`);
  });

  it("is listed beside others, with what it leads to, who made that, and what leads nowhere", async () => {
    await to("a");
    await to("b");
    await to("a", "develop");
    symlinkSync("eeeeeeeeeeeeeeee-1", join(root, "sandbox"));
    const { environments, links } = await listEnvironments(machine(), root);
    expect(links).toEqual([
      { name: "develop", folder: envOf("a").folder, state: "whole" },
      { name: "main", folder: envOf("b").folder, state: "whole" },
      { name: "main.previous", folder: envOf("a").folder, state: "whole" },
      { name: "sandbox", folder: `${root}/eeeeeeeeeeeeeeee-1`, state: "broken" },
    ]);
    expect(environments.map(({ folder, links: names, pythonVersion, installer, state }) => ({ folder, names, pythonVersion, installer, state }))).toEqual(
      [["a", ["develop", "main.previous"]], ["b", ["main"]], ["c", []]].map(([letter, names]) => ({ ...envOf(letter as string), names, pythonVersion: "3.13.5", installer: "pip 25.1", state: "published" })),
    );
    expect(new Set(environments.map(({ madeBy }) => madeBy))).toEqual(new Set([process.env["USER"] ?? "root"]));
    expect(await listEnvironments(machine(), `${root}/none`)).toEqual({ environments: [], links: [] });
  });
});

describe("a switch", () => {
  it.each([
    [{ link: "main.previous" }, "what a link led to before stands under that name"],
    [{ link: "0123456789abcdef" }, "environments themselves have such names"],
    [{ link: "../main" }, "a name such as main"],
    [{ to: { folder: "/elsewhere/aaaaaaaaaaaaaaaa-1" } }, "links lead to what lies beside them"],
    [{ to: { folder: "/r/main" } }, "links lead to what lies beside them"],
  ])("of %j is refused before anything is asked", async (input, message) => {
    const machine = scriptedTransport(() => ({}));
    await expect(switchEnvironment(machine, { root: "/r", link: "main", to: { folder: "/r/aaaaaaaaaaaaaaaa-1" }, ...input })).rejects.toThrow(message);
    expect(machine.calls).toEqual([]);
  });
});
