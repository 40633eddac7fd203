import { applyLayers, compose, Secret } from "@hpckit/core";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { parsePipSettings, reportPipSettings, withPipSettings } from "./pip-settings.js";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "a home "));
});
afterEach(() => rmSync(home, { recursive: true }));

describe.each(shells)("in %s, the settings of a machine's pip", (shell) => {
  it("arrive byte for byte, with the files that they name", () => {
    const certificate = join(home, "c a.pem");
    const wheels = join(home, "wheels");
    const conf = join(home, ".config/pip/pip.conf");
    mkdirSync(join(home, ".config/pip"), { recursive: true });
    writeFileSync(certificate, "");
    mkdirSync(wheels);
    writeFileSync(conf, `[global]\nfind-links = ${wheels}\ncert = ${join(home, "absent.pem")}\n`);
    const env = { SHLVL: "1", HOME: home, PIP_CERT: certificate, PIP_INDEX_URL: "https://u:p@x/$(id)'\"\n é", PIP_EMPTY: "", OTHER: "x" };
    const settings = parsePipSettings(runShell(shell, `set -eu\n${reportPipSettings.shell}`, { env }).stdout);
    expect(settings.variables).toEqual(expect.arrayContaining([{ name: "PIP_CERT", value: certificate }, { name: "PIP_INDEX_URL", value: env.PIP_INDEX_URL }]));
    expect(settings.variables).toHaveLength(2);
    expect(settings.files).toEqual(expect.arrayContaining([certificate, conf, wheels]));
    expect(settings.files).not.toContain(join(home, "absent.pem"));
  });

  it("are found as pip itself reads them: names in every spelling, in each folder of settings, on deeper lines", () => {
    const [one, two, three, key] = ["one", "two", "three", "key.pem"].map((name) => join(home, name)) as [string, string, string, string];
    for (const folder of [one, two, three, join(home, "site/pip")]) mkdirSync(folder, { recursive: true });
    writeFileSync(key, "");
    writeFileSync(join(home, "site/pip/pip.conf"), `[global]\nFind_Links :\n    ${one}\n    https://x/wheels\n\n[install]\nclient_cert=${key}\nlog = ${two}\n`);
    const env = { HOME: "/nowhere", XDG_CONFIG_DIRS: `/nowhere:${join(home, "site")}`, PIP_find_links: one, PIP_FIND_LINKS: "/nowhere /usr /etc" };
    const { variables, files } = parsePipSettings(runShell(shell, `set -eu\n${reportPipSettings.shell}`, { env }).stdout);
    expect(variables).toEqual(expect.arrayContaining([{ name: "PIP_find_links", value: one }, { name: "XDG_CONFIG_DIRS", value: env.XDG_CONFIG_DIRS }]));
    expect(files).toEqual(expect.arrayContaining([join(home, "site/pip/pip.conf"), one, key, "/usr", "/etc"]));
    expect(files).not.toContain(two);
  });

  it("are told whatever stands in a value: a byte that is no character, a line that looks like a variable, a name that is none", () => {
    const forged = String.raw`export PIP_A="$(printf 'a\377$(touch ./run) x-$(touch ./run)')" OTHER="$(printf 'x\nPIP_FORGED=y\nPIP_B-$(touch ./run)=z')"`;
    const script = `cd ${JSON.stringify(home)}; ${forged}; exec env "PIP_\u00c9=1" ${shell} -eu -c '${reportPipSettings.shell.replaceAll("'", String.raw`'\''`)}'`;
    const { status, stdout, stderr } = runShell(shell, script);
    expect({ status, stderr, names: parsePipSettings(stdout).variables.map(({ name }) => name) }).toEqual({ status: 0, stderr: "", names: ["PIP_A"] });
    expect(existsSync(join(home, "run"))).toBe(false);
  });
});

describe("withPipSettings", () => {
  it("hands values on as secrets, since an address may hold a password, and mounts the files", () => {
    const launch = applyLayers(compose(["pip"]), withPipSettings({ variables: [{ name: "PIP_INDEX_URL", value: "canary" }], files: ["/etc/pip.conf"] }));
    expect(launch.needs).toEqual([{ path: "/etc/pip.conf", access: "read" }]);
    expect(launch.setup[0]).toMatchObject({ name: "PIP_INDEX_URL", value: expect.any(Secret) as Secret });
  });
});
