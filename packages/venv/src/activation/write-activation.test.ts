import { readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { OptionsError, TransportError } from "@hpckit/core";
import { connectLocal } from "@hpckit/transport";
import { describe, expect, it } from "vitest";
import { runShell } from "../../../../tools/shells/run-shell.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { activation, type ActivationInput } from "./activation.js";
import { renderActivation } from "./render-activation.js";
import { writeActivation } from "./write-activation.js";

const makeFolder = scratchFolders("hpckit write activation ");
const active = activation({ folder: "/shared/venvs/main" });

describe("writeActivation", () => {
  it("writes the script of the shell, and only where it differs", async () => {
    await using here = await connectLocal();
    const to = join(makeFolder(), ".caqrn_env");
    const options = { to, policy: { fileMode: 0o640, folderMode: 0o750 } };
    expect(await writeActivation(active, here, options)).toBe("written");
    expect(readFileSync(to, "utf8")).toBe(renderActivation(active, { shell: "sh" }));
    expect(statSync(to).mode & 0o777).toBe(0o640);
    expect(await writeActivation(active, here, options)).toBe("unchanged");
    expect(await writeActivation(active, here, { ...options, shell: "fish" })).toBe("written");
  });

  it("says where there is no folder for it", async () => {
    await using here = await connectLocal();
    const to = join(makeFolder(), "none/env");
    const failure: unknown = await writeActivation(active, here, { to }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransportError);
    expect((failure as TransportError).message).toContain(`${to} on ${here.target.host} was not written: there is no folder ${join(to, "..")}; make it`);
    expect((failure as TransportError).message).not.toContain(".part");
  });
});

describe("activation", () => {
  it("lists everything wrong at once", () => {
    const input = { folder: "/a:b", pythonPath: ["src"], path: ["/b:c"], variables: { PATH: "/x", "A B": "1", OK: "a\nb" } };
    expect(() => activation(input)).toThrow(OptionsError);
    expect(() => activation(input)).toThrow(/folder: .*pythonPath\.0: .*path\.0: .*variables\.PATH: .*variables\.A B: .*variables\.OK: /);
    expect(() => activation({ folder: "/a", pythonpath: [] } as ActivationInput)).toThrow('did you mean "pythonPath"?');
  });

  it("leaves an environment first that Python's own script has activated", () => {
    const folder = realpathSync(makeFolder());
    const make = `python3 -m venv --without-pip '${folder}/theirs' && python3 -m venv --without-pip '${folder}/ours'`;
    expect(runShell("sh", make).status).toBe(0);
    const env = renderActivation(activation({ folder: `${folder}/ours` }), { shell: "sh" });
    const script = `PS1='$ '; before=$PATH; . '${folder}/theirs/bin/activate'\n${env}\nprintf '%s\\n' "$VIRTUAL_ENV" "$PATH"\ndeactivate\nprintf '%s\\n' "\${VIRTUAL_ENV-none}" "$PS1"; [ "$PATH" = "$before" ]`;
    const { status, stdout, stderr } = runShell("bash", script);
    expect(stderr).toBe("");
    expect(stdout).toBe(`${folder}/ours\n${folder}/ours/bin:${process.env["PATH"]}\nnone\n$ \n`);
    expect(status).toBe(0);
  });
});
