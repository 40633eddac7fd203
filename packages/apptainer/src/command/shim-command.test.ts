import { commandLine } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { runShell } from "../../../../tools/shells/run-shell.js";
import { sif } from "../image/image.js";
import { checkEnvFile } from "./check-env-file.js";
import { shimCommand, type ShimOptions } from "./shim-command.js";

/** As JAWS's document has them, with an engine that prints its arguments. */
const engine = `apptainer() { printf '%s\\n' apptainer "$@"; }\n`;
const runShim = String.raw`apptainer run --cleanenv --env-file="$JAWS_CONFIG_DIR/site.env" --no-home --mount src="${"${JAWS_CONFIG_DIR}"}/jaws-site.conf",dst=/etc/config/site/jaws-site.conf,ro --mount src="${"${JAWS_LOGS_DIR}"}",dst=/var/log/site "${"${JAWS_BIN_DIR}"}/site-${"${JAWS_SITE_VERSION}"}.sif" --log "/var/log/site/${"${SERVICE}"}.log" --log-level "${"${JAWS_LOG_LEVEL}"}" "${"${SERVICE}"}"`;
const instanceShim = String.raw`apptainer instance start --cleanenv --env-file="$JAWS_CONFIG_DIR/site.env" --no-home --mount src="${"${JAWS_CONFIG_DIR}"}/jaws-site.conf",dst=/etc/config/site/jaws-site.conf,ro --mount src="${"${JAWS_LOGS_DIR}"}",dst=/var/log/site --pid-file ${"${JAWS_LOGS_DIR}"}/jaws-${"${SERVICE}"}-${"${JAWS_DEPLOYMENT_NAME}"}.pid "${"${JAWS_BIN_DIR}"}/site-${"${JAWS_SITE_VERSION}"}.sif" jaws-${"${SERVICE}"}-${"${JAWS_DEPLOYMENT_NAME}"} --log "/var/log/site/${"${SERVICE}"}.log" --log-level "${"${JAWS_LOG_LEVEL}"}" "${"${SERVICE}"}"`;

const env = {
  JAWS_CONFIG_DIR: "/clusterfs/jaws/config",
  JAWS_LOGS_DIR: "/clusterfs/jaws/logs",
  JAWS_BIN_DIR: "/clusterfs/jaws/bin",
  JAWS_SITE_VERSION: "1.2.3",
  JAWS_DEPLOYMENT_NAME: "prod",
  JAWS_LOG_LEVEL: "INFO",
  SERVICE: "rpc-server",
};

const image = sif("/clusterfs/jaws/bin/site-1.2.3.sif");
const service: ShimOptions = {
  cleanEnv: true,
  envFile: "/clusterfs/jaws/config/site.env",
  envFileText: "JAWS_SITE=dori\n",
  noHome: true,
  mounts: [
    { source: "/clusterfs/jaws/config/jaws-site.conf", destination: "/etc/config/site/jaws-site.conf", readOnly: true },
    { source: "/clusterfs/jaws/logs", destination: "/var/log/site" },
  ],
  arguments: ["--log", "/var/log/site/rpc-server.log", "--log-level", "INFO", "rpc-server"],
};
const instance = { name: "jaws-rpc-server-prod", pidFile: "/clusterfs/jaws/logs/jaws-rpc-server-prod.pid" };

describe("shimCommand", () => {
  it.each([
    ["run", runShim, service],
    ["instance", instanceShim, { ...service, instance }],
  ])("is JAWS's %s shim, argument for argument", (_what, line, options) => {
    const theirs = runShell("bash", engine + line, { env });
    const ours = shimCommand(image, options);
    expect(theirs).toMatchObject({ status: 0, stderr: "" });
    expect(ours.argv).toEqual(theirs.stdout.trimEnd().split("\n"));
    expect(ours.notes).toEqual(["--no-home shows the home folder even so where the command starts in it: start it elsewhere"]);
  });

  it.each([
    ["an argument that a shell would change", { ...service, arguments: ["--title", "$HOME"] }, "a shell inside would change an argument"],
    ["a value that a shell would change", { ...service, envFileText: "PASSWORD='a$b'\n" }, "a shell inside would change the value of PASSWORD"],
    ["an argument that only the node knows", { ...service, arguments: [{ shell: '"$SERVICE"' }] }, "arguments that only the node knows"],
  ])("adds --no-eval for %s, and says so", (_what, options, note) => {
    const { argv, notes } = shimCommand(image, options);
    expect(argv.slice(0, 3)).toEqual(["apptainer", "run", "--no-eval"]);
    expect(notes[0]).toContain(`--no-eval was added: ${note}`);
  });

  it("says that a file of variables was not checked where it is not known", () => {
    expect(shimCommand(image, { envFile: "/x.env" }).notes).toEqual(["the file of variables is read as shell, and was not checked here"]);
  });

  it("quotes a path that a record would divide, and shows no value that it refuses", () => {
    expect(commandLine(shimCommand(image, { mounts: [{ source: "/a,b", destination: '/q"q' }] }).argv)).toBe(`apptainer run --mount '"src=/a,b","dst=/q""q"' /clusterfs/jaws/bin/site-1.2.3.sif`);
    expect(() => shimCommand(image, { envFileText: "TOKEN=canary $(id)\n" })).toThrow(/^(?!.*canary).*TOKEN would be read as shell/);
  });
});

describe("checkEnvFile", () => {
  it.each([
    ["A=1\n# a remark\n\nexport B_2='x y&z'\nC=\"a b\"\nD=\n", [], []],
    ["A='$x'\nB='a\"b'\n", [], ["A", "B"]],
    ["A=a b\n", ["line 1"], []],
    ["A=x\nB=$(id)\nC=a&b\nD='it'\\''s'\n", ["line 2", "line 3", "line 4"], []],
    ["A=1\r\n", ["line 1"], []],
    ["A=1\nUID=5\nHOME=/x\nexport key=7\n", ["line 2", "line 3", "line 4"], []],
    ["\uFEFFA=1\n", ["line 1", "line 1"], []],
    ["A='x\ny'\n", ["line 1", "line 2"], []],
  ])("finds in %j the lines %j, and evaluated twice %j", (text, lines, twice) => {
    const { issues, evaluatedTwice } = checkEnvFile(text);
    expect(issues.map(({ path }) => path)).toEqual(lines);
    expect(evaluatedTwice).toEqual(twice);
  });
});
