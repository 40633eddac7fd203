import { describe, expect, it } from "vitest";
import { pythonEnv } from "../environment/python-env.js";
import { buildExit } from "./build-exit.js";
import { explainFailure } from "./explain-failure.js";

const env = pythonEnv({ root: "/shared/venvs", requirements: { text: "x" } });
const explain = (exitCode: number | undefined, said: readonly string[], given = env): ReturnType<typeof explainFailure> =>
  explainFailure({ env: given, host: "login", exitCode, said });

/** As pip 25.1.1 printed it on a machine without a network. */
const noNetwork = [
  "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/svg-py/",
  "ERROR: Could not find a version that satisfies the requirement svg.py==1.10.0 (from versions: none)",
  "ERROR: No matching distribution found for svg.py==1.10.0",
];

describe("explainFailure", () => {
  it("gives pip's own reason, and the next step where no index answered", () => {
    const error = explain(buildExit.installFailed, noNetwork);
    expect(error).toMatchObject({ code: "index-unreachable", retryable: true });
    expect(error.message).toContain("No matching distribution found for svg.py==1.10.0");
    expect(error.message).toContain("give `wheels`");
    expect(error.message).toContain("Failed to establish a new connection: [Errno -3] Temporary failure in name resolution");
    expect(explain(buildExit.installFailed, noNetwork, { ...env, wheels: { kind: "brought", path: "/w" } }).message).not.toContain("give `wheels`");
  });

  it("names the signal that ended a build", () => {
    const error = explainFailure({ env, host: "login", exitCode: undefined, endedBy: "SIGKILL", said: ["Collecting x"] });
    expect(error).toMatchObject({ code: "build-failed", detail: { signal: "SIGKILL" } });
    expect(error.message).toContain("SIGKILL ended it");
  });

  it.each([
    [buildExit.pipMissing, "pip-missing", "was not built: python3 has neither ensurepip nor pip: install python3-venv"],
    [buildExit.uvMissing, "uv-missing", "was not built: no uv is on the PATH there"],
    [buildExit.checkFailed, "check-failed", "change the requirements"],
    [buildExit.rootNotWritable, "root-not-writable", "ask for write access to /shared/venvs"],
    [137, "build-failed", "nothing was said"],
  ])("tells what exit status %i means", (exitCode, code, next) => {
    const error = explain(exitCode, []);
    expect(error.code).toBe(code);
    expect(error.message).toContain(next);
  });
});
