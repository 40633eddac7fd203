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
  "pip, a hash that is missing": `Collecting idna==3.8
ERROR: Hashes are required in --require-hashes mode, but they are missing from some requirements. Here is a list of those requirements along with the hashes their downloaded archives actually had. Add lines like these to your requirements files to prevent tampering.
    idna==3.8 --hash=sha256:050b4e5baadcd44d760cedbd2b8e639f2ff89bbc7a5730fcc662954303377aac
[notice] A new release of pip is available`,
  "pip, a version that is missing": `ERROR: In --require-hashes mode, all requirements must have their versions pinned with ==. These do not:
    idna from https://files.example.edu/idna-3.20-py3-none-any.whl (from -r r3.txt (line 1))`,
  "uv, a hash that is missing": "error: In `--require-hashes` mode, all requirements must have a hash, but none were provided for: six==1.16.0",
  "uv, no such version": `error: No solution found when resolving dependencies
  cause: Because there is no version of six==99 and you require six==99, we can conclude that your requirements are unsatisfiable.`,
  "pip 26, no index": `Looking in indexes: https://127.0.0.1:9/simple
WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError("HTTPSConnection(host='127.0.0.1', port=9): Failed to establish a new connection: [Errno 111] Connection refused")': /simple/idna/
ERROR: Could not find a version that satisfies the requirement idna==3.8 (from versions: none)
ERROR: No matching distribution found for idna==3.8`,
  "pip 23, no index": `Looking in indexes: http://127.0.0.1:9/simple
WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7f7ac9310990>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/idna/
ERROR: No matching distribution found for idna==3.8`,
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
    ["pip, a hash that is missing", "hash-missing", "to prevent tampering.; idna==3.8 --hash=sha256:050b4e5b"],
    ["pip, a version that is missing", "hash-missing", "These do not:; idna from https://files.example.edu"],
    ["pip 26, no index", "index-unreachable", "Looking in indexes: https://127.0.0.1:9/simple; NewConnectionError(\"HTTPSConnection(host='127.0.0.1', port=9): Failed to establish a new connection: [Errno 111] Connection refused\")"],
    ["pip 23, no index", "index-unreachable", "Looking in indexes: http://127.0.0.1:9/simple; NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused')"],
    ["uv, a hash that is missing", "hash-missing", "none were provided for: six==1.16.0"],
    ["uv, no such version", "no-matching-distribution", "there is no version of six==99"],
    ["uv, no index", "index-unreachable", "Connection refused"],
    ["pip, a lock that it cannot read", "install-failed", "lock-version"],
  ] as const)("of %s mean %s, and are told", (what, fault, told) => {
    expect(meaningOf(recorded[what], env).fault).toBe(fault);
    expect(reasonOf(recorded[what].split("\n"))).toContain(told);
  });

  it("tell of a list all that belongs to it, and nothing else", () => {
    expect(reasonOf(recorded["pip, a hash that is missing"].split("\n"))).not.toContain("notice");
  });

  it.each([
    [recorded["pip 26, no index"], "index-unreachable", "no package index could be reached, and the wheels have no idna==3.8: add it to "],
    [`${recorded["uv, no index"]}\nerror: No solution found when resolving dependencies\n  cause: Because idna was not found in the provided package locations and you require idna==3.8, we can conclude that your requirements are unsatisfiable.`, "index-unreachable", "no package index could be reached, and the wheels have no idna==3.8: add it to "],
    ["ERROR: No matching distribution found for x==9\nERROR: No matching distribution found for idna==3.8", "no-matching-distribution", "the wheels have no idna==3.8: add it to "],
  ])("say beside wheels that these lack it, too: %j", (said, fault, next) => {
    expect(meaningOf(said, { ...env, wheels: { kind: "brought", path: "/w" } })).toEqual({ fault, next: `${next}/w, with all that it needs` });
    expect(meaningOf(said, { ...env, wheels: { kind: "house", folder: "/w" } }).next).toContain("the wheelhouse /w has no idna==3.8: gather one");
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
