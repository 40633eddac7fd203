import { applyLayers, compose, Secret } from "@hpckit/core";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
});

describe("withPipSettings", () => {
  it("hands values on as secrets, since an address may hold a password, and mounts the files", () => {
    const launch = applyLayers(compose(["pip"]), withPipSettings({ variables: [{ name: "PIP_INDEX_URL", value: "canary" }], files: ["/etc/pip.conf"] }));
    expect(launch.needs).toEqual([{ path: "/etc/pip.conf", access: "read" }]);
    expect(launch.setup[0]).toMatchObject({ name: "PIP_INDEX_URL", value: expect.any(Secret) as Secret });
  });
});
