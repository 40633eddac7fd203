import { describe, expect, it } from "vitest";
import { pythonEnv } from "../environment/python-env.js";
import { meaningOf, reasonOf } from "./installer-words.js";

const env = pythonEnv({ root: "/shared/venvs", requirements: { text: "x" } });

/** As pip 26.3 and uv 0.13.9 printed them, shortened. */
const recorded = {
  "pip, a hash that differs": `ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions, please update the hashes.
    six==1.16.0 from https://files.example.edu/six-1.16.0-py2.py3-none-any.whl (from -r bad.txt (line 1)):
        Expected sha256 1e61c37477a1626458e36f7b1d82aa5c9b094fa4802892072e49de9c60c4c927
             Got        8abb2f1d86890a2dfb989f9a77cfcfd3e47c2a354b01111771326f8aa26e0254`,
  "uv, a hash that differs": `Resolved 1 package in 289ms
error: Failed to download \`six==1.16.0\`
  cause: Hash mismatch for \`six==1.16.0\`

         Expected:
           sha256:1e61c37477a1626458e36f7b1d82aa5c9b094fa4802892072e49de9c60c4c927

         Computed:
           sha256:8abb2f1d86890a2dfb989f9a77cfcfd3e47c2a354b01111771326f8aa26e0254`,
  "pip, a hash that is missing": "ERROR: Hashes are required in --require-hashes mode, but they are missing from some requirements.",
  "uv, a hash that is missing": "error: In `--require-hashes` mode, all requirements must have a hash, but none were provided for: six==1.16.0",
  "uv, no such version": `error: No solution found when resolving dependencies
  cause: Because there is no version of six==99 and you require six==99, we can conclude that your requirements are unsatisfiable.`,
  "uv, no index": `error: Request failed after 3 retries in 9.7s
  cause: Failed to fetch: https://127.0.0.1:9/simple/six/
  cause: error sending request for url (https://127.0.0.1:9/simple/six/)
  cause: client error (Connect)
  cause: tcp connect error
  cause: Connection refused (os error 111)`,
  "pip, a lock that it cannot read": `ERROR: Invalid requirement: 'lock-version = "1.0"' (from line 3 of d d/pylock.toml)
Hint: = is not a valid operator. Did you mean == ?`,
} as const;

describe("the words of installers", () => {
  it.each([
    ["pip, a hash that differs", "hash-mismatch", "Got        8abb2f1d"],
    ["uv, a hash that differs", "hash-mismatch", "sha256:8abb2f1d"],
    ["pip, a hash that is missing", "hash-missing", "Hashes are required"],
    ["uv, a hash that is missing", "hash-missing", "none were provided for: six==1.16.0"],
    ["uv, no such version", "no-matching-distribution", "there is no version of six==99"],
    ["uv, no index", "index-unreachable", "Connection refused"],
    ["pip, a lock that it cannot read", "install-failed", "lock-version"],
  ] as const)("of %s mean %s, and are told", (what, fault, told) => {
    expect(meaningOf(recorded[what], env).fault).toBe(fault);
    expect(reasonOf(recorded[what].split("\n"))).toContain(told);
  });

  it.each([
    ["OSError: [Errno 28] No space left on device", "disk-full", "make room"],
    ["error: failed to copy file\n  cause: Disk quota exceeded (os error 122)", "disk-full", "the quota under /shared/venvs is used up"],
    ["Collecting x\nhpckit: what installs was ended by signal 9", "killed", "build where there is more, in a job"],
    ["MemoryError", "killed", "build where there is more"],
    ["hpckit: what installs was ended by signal 15", "killed", "limits of login nodes"],
    ["  LookupError: setuptools-scm was unable to detect version for /x.", "package-build-failed", "build a wheel here"],
    ["error: subprocess-exited-with-error\n  gcc: not found", "package-build-failed", "onlyBinary"],
    ["ERROR: Ignored the following versions that require a different python version: 2.0 Requires-Python >=3.12\nERROR: No matching distribution found for x==2.0", "no-matching-distribution", "too old or too new"],
    ["something else", "install-failed", ""],
  ])("%j leads to %s", (said, fault, next) => {
    const meaning = meaningOf(said, env);
    expect(meaning.fault).toBe(fault);
    expect(meaning.next).toContain(next);
  });
});
