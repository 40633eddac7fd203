import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { runShell, shells } from "../../../../tools/shells/run-shell.js";
import { readBinds } from "./binds-script.js";
import { describeBinds, type DescribeBindsOptions } from "./describe-binds.js";
import { formatBinds } from "./format-binds.js";
import type { SiteBinds } from "./site-binds.js";

const told = (stdout: string, options: DescribeBindsOptions = {}): Promise<SiteBinds> => describeBinds(scriptedTransport(() => ({ stdout })), options);

describe("describeBinds", () => {
  it("reads the configuration, and the variables that bind too", async () => {
    const binds = await told(
      [
        "file /etc/apptainer/apptainer.conf", "mount-home no", "mount-dev minimal", "mount-hostfs yes", "user-binds no", "always-amd yes",
        "bind-there /etc/hosts", "bind-there /sw:/opt/sw:ro", "bind-absent /scratch2", "variable APPTAINER_BIND=/data:/mnt,a=b",
      ].map((line) => `hpckit ${line}\n`).join(""),
    );
    expect(binds).toEqual({
      configuration: {
        file: "/etc/apptainer/apptainer.conf",
        binds: [
          { source: "/etc/hosts", destination: "/etc/hosts", exists: true },
          { source: "/sw", destination: "/opt/sw", exists: true },
          { source: "/scratch2", destination: "/scratch2", exists: false },
        ],
        mounts: { home: false, tmp: true, proc: true, sys: true, dev: "minimal", hostFileSystems: true },
        gpu: { nvidia: false, amd: true },
        userBinds: false,
      },
      variables: [{ name: "APPTAINER_BIND", value: "/data:/mnt,a=b" }],
      profile: [],
    });
    expect(formatBinds(binds)).toBe(
      [
        "/etc/apptainer/apptainer.conf: /tmp, /var/tmp, /proc, /sys, /dev with few devices and a /dev/shm of its own, every file system of the host, AMD's driver libraries",
        "/etc/apptainer/apptainer.conf: /etc/hosts",
        "/etc/apptainer/apptainer.conf: /sw as /opt/sw",
        "/etc/apptainer/apptainer.conf: /scratch2, which is not there",
        "/etc/apptainer/apptainer.conf: accounts may mount nothing (user bind control = no): container() refuses a launch that needs mounts",
        'environment: APPTAINER_BIND=/data:/mnt,a=b; launches take it away, unless siteBinds is "inherit"',
      ].join("\n"),
    );
  });

  it("shows what a site's profile binds, and whether it is there", async () => {
    const site = { program: "singularity", binds: [{ source: "/data/" }, { source: "/opt/cray", readOnly: true }, { source: "/sw", destination: "/opt/sw" }] };
    const binds = await told("hpckit file /c\nhpckit bind-there /data\nhpckit there 0\nhpckit there 2\n", { site });
    expect(binds.profile).toEqual([
      { source: "/data", destination: "/data", readOnly: false, exists: true, isConfigured: true },
      { source: "/opt/cray", destination: "/opt/cray", readOnly: true, exists: false, isConfigured: false },
      { source: "/sw", destination: "/opt/sw", readOnly: false, exists: true, isConfigured: false },
    ]);
    expect(formatBinds(binds).split("\n").slice(-3)).toEqual([
      "profile: /data, instead of the configuration's",
      "profile: /opt/cray, read-only, which is not there: launches fail",
      "profile: /sw as /opt/sw",
    ]);
  });

  it("says that a configuration is not known, rather than that it binds nothing", async () => {
    const binds = await told("");
    expect(binds.configuration).toBeUndefined();
    expect(formatBinds(binds)).toMatch(/not known/);
  });

  it("fails where there is no engine", async () => {
    await expect(told("hpckit missing yes\n")).rejects.toMatchObject({ name: "EngineError", code: "engine-missing" });
  });

  it.each(shells)("reads settings with any blanks, no comments, and each variable, in %s", (shell) => {
    const file = String.raw`$(mktemp)`;
    const setUp = `conf=${file}; trap 'rm -f "$conf"' EXIT; printf '%s\\n' '# mount home = no' 'mount tmp=no' '  bind path = /etc' 'bind path = /no/such:/x:ro' > "$conf"; engine() { echo "APPTAINER_CONF_FILE=$conf"; }`;
    const { stdout } = runShell(shell, `${setUp}\n${readBinds("engine", ["/no/such", "/etc"]).shell}`, { env: { SINGULARITY_BIND: "/a\n/b" } });
    expect(stdout.replaceAll(/\/tmp\S*/g, "FILE")).toBe(
      ["file FILE", "mount-home ", "mount-tmp no", "mount-proc ", "mount-sys ", "mount-dev ", "mount-hostfs ", "user-binds ", "always-nvidia ", "always-amd ", "bind-there /etc", "bind-absent /no/such:/x:ro", "variable SINGULARITY_BIND=/a /b", "there 1"]
        .map((line) => `hpckit ${line}\n`).join(""),
    );
  });
});
