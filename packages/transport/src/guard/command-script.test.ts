import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { secret } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderCommandScript } from "./command-script.js";
import { fromOctets } from "./octets.js";

const token = "0123456789abcdef0123456789abcdef";
const shells = ["sh", "dash", "bash"] as const;
/** As the guard does: its descriptors are there, and the script stands on standard input. */
const run = (shell: string, script: Buffer, outer = "exec 3</dev/null 4>&2 5>&1 7>/dev/null"): ReturnType<typeof spawnSync> =>
  spawnSync("sh", ["-c", `${outer}; exec ${shell} -s`], { input: script });

describe("the script that becomes the command", () => {
  it("does nothing at all when it is cut, wherever that is", () => {
    const folder = mkdtempSync(join(tmpdir(), "hpckit-cut-"));
    const canary = join(folder, "canary");
    const [script, streamed] = ([0, "pieces"] as const).map((inputBytes) => fromOctets(renderCommandScript({ token, argv: ["touch", canary], cwd: folder, env: { A: "b", C: secret("d") }, inputBytes }).shell)) as [Buffer, Buffer];
    try {
      fc.assert(
        fc.property(fc.constantFrom(...shells), fc.constantFrom(script, streamed), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (shell, whole, part) => {
          const { stdout } = run(shell, whole.subarray(0, Math.floor(whole.length * part)));
          expect(existsSync(canary)).toBe(false);
          expect(stdout.toString()).toBe("");
        }),
        { numRuns: 60 },
      );
      run("sh", script);
      expect(existsSync(canary)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("passes words and environment exactly, in every shell", () => {
    const word = fc.string({ unit: "binary", maxLength: 12 }).filter((text) => !text.includes("\0") && !/\p{Surrogate}/u.test(text));
    fc.assert(
      fc.property(fc.constantFrom(...shells), fc.array(word, { maxLength: 6 }), word, (shell, words, value) => {
        const argv = ["sh", "-c", 'printf "%s\\0" "$HPCKIT_VALUE" "$@"', "sh", ...words];
        const { stdout } = run(shell, fromOctets(renderCommandScript({ token, argv, env: { HPCKIT_VALUE: value }, inputBytes: 0 }).shell));
        const output = stdout.toString("utf8");
        expect(output.slice(output.indexOf("\n") + 1).split("\0").slice(0, -1)).toEqual([value, ...words]);
      }),
      { numRuns: 120 },
    );
  });
});
