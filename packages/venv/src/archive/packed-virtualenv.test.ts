import { realpathSync } from "node:fs";
import { join } from "node:path";
import { compose, enter, prepare, type HostPath, type Launch, type LaunchLayer } from "@hpckit/core";
import { connectLocal } from "@hpckit/transport";
import { describe, expect, it } from "vitest";
import { runShell } from "../../../../tools/shells/run-shell.js";
import { scratchFolders } from "../../../../tools/shells/scratch-folder.js";
import { packedVirtualenv } from "./packed-virtualenv.js";
import type { PackedPythonEnv } from "./pack-environment.js";

const makeFolder = scratchFolders("hpckit packed virtualenv ");

/** A real environment in the place where its file would be mounted, and the version of its Python. */
function makePacked(): PackedPythonEnv {
  const folder = join(realpathSync(makeFolder()), "one-1");
  const made = runShell("sh", 'python3 -m venv --without-pip "$AT" && "$AT/bin/python" -c "import platform; print(platform.python_version())"', { env: { AT: folder } });
  if (made.status !== 0) throw new Error(made.stderr);
  return { folder, file: `${folder}.squashfs`, pythonVersion: made.stdout.trim(), basePrefix: undefined };
}

/** Stands for a container: notes what it would mount, and runs inside on this machine. */
function containerOf(seen: HostPath[][]): LaunchLayer {
  return {
    name: "container",
    boundary: "filesystem",
    apply: (inner: Launch) => {
      seen.push([...inner.needs]);
      return { ...inner, argv: enter(inner).argv, setup: [], cwd: undefined };
    },
  };
}

describe("packedVirtualenv in a container", () => {
  it("is tried there with its file mounted, and its Python where that is the host's", async () => {
    await using here = await connectLocal();
    const packed = makePacked();
    const seen: HostPath[][] = [];
    await prepare(compose(["true"], [containerOf(seen), packedVirtualenv({ ...packed, basePrefix: "/sw/python" })]), here);
    const image = { path: packed.file, access: "read", imageAt: packed.folder };
    expect(seen).toEqual([0, 1].map(() => expect.arrayContaining([image, { path: "/sw/python", access: "read" }]) as HostPath[]));
  });

  it("is refused where the image's Python is another, which would see nothing of what is installed", async () => {
    await using here = await connectLocal();
    const packed = makePacked();
    const ofOther = (given: Partial<PackedPythonEnv>) => prepare(compose(["true"], [containerOf([]), packedVirtualenv({ ...packed, pythonVersion: "3.99.1", ...given })]), here);
    const other = `is of Python 3.99.1, and the image's own says ${packed.pythonVersion}. Build it with the image's Python`;
    await expect(ofOther({})).rejects.toMatchObject({ code: "base-not-mountable", message: expect.stringContaining(other) as string });
    await expect(ofOther({ basePrefix: "/sw/python" })).rejects.toMatchObject({ code: "base-missing" });
    const none = prepare(compose(["true"], [containerOf([]), packedVirtualenv({ ...packed, folder: `${packed.folder}-none` })]), here);
    await expect(none).rejects.toMatchObject({ code: "base-not-mountable", message: expect.stringContaining("the image has no such interpreter") as string });
  });
});

it("packedVirtualenv takes what packEnvironment gave, also from JSON, and nothing else", () => {
  expect(() => packedVirtualenv({ folder: "/venvs/a-1", pythonVersion: "3.13.5" } as PackedPythonEnv)).toThrow("file: is missing");
  expect(() => packedVirtualenv("/venvs/a-1" as never)).toThrow("packedVirtualenv: an environment as packEnvironment gave it");
  expect(() => packedVirtualenv({ folder: "/venvs/a-1", file: "/f", pythonVersion: "3.13.5", basePrefix: "/usr" })).toThrow("basePrefix: it cannot be mounted over");
  expect(packedVirtualenv(JSON.parse('{"folder":"/venvs/a-1","file":"/f","pythonVersion":"3.13.5","outcome":"made"}') as PackedPythonEnv).name).toBe("virtualenv");
});
