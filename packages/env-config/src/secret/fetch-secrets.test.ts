import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AbortedError } from "@hpckit/core";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ConfigError } from "../config/config-error.js";
import { loadConfig } from "../config/load-config.js";
import type { Layer } from "../layer/layer.js";
import { readSource, type SourceFile } from "../source/read-source.js";
import { whyNotPrivate, whyNotTrusted } from "./private-file.js";
import { secretValue, type SecretInput } from "./secret-value.js";

const root = mkdtempSync(join(tmpdir(), "secrets-"));
afterAll(() => rmSync(root, { recursive: true }));

const schema = z.object({ TOKEN: secretValue() });
const layer = (TOKEN: SecretInput): Layer => ({ name: "values", values: { TOKEN } });
const reveal = async (input: SecretInput): Promise<string> => (await loadConfig({ schema, layers: [layer(input)], folder: root })).values.TOKEN.reveal();

async function refusal(one: Layer): Promise<string> {
  const error: unknown = await loadConfig({ schema, layers: [one], folder: root }).catch((thrown: unknown) => thrown);
  if (!(error instanceof ConfigError)) return expect.unreachable("it was accepted");
  expect(JSON.stringify(error) + String(error.stack)).not.toContain("canary");
  return error.issues.map(({ path, message }) => `${path}: ${message}`).join("\n");
}

function file(name: string, text: string, mode: number): string {
  const path = join(root, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe("the command of a secret", () => {
  it("gets its arguments byte for byte, with no shell, and loses one line break of what it prints", async () => {
    const word = fc.string({ unit: fc.constantFrom(..."'\"\\$`!*?;&|<>() \t\n\räé\u{1f600}aZ0-") });
    await fc.assert(fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 4 }), async (words) => {
      const command = [process.execPath, "-e", "process.stdout.write(process.argv.slice(1).join('|') + 'x\\n')", "--", ...words] as const;
      expect(await reveal({ command })).toBe(`${words.join("|")}x`);
    }), { numRuns: 15 });
    expect(await reveal({ command: ["printf", "a\n\n"] })).toBe("a\n");
  });

  it("starts in the folder of the file that names it", async () => {
    mkdirSync(join(root, "sub"));
    file("sub/give", "#!/bin/sh\nprintf %s \"$PWD\"\n", 0o755);
    const path = file("sub/settings.yaml", "TOKEN: { command: [./give] }\n", 0o644);
    expect((await loadConfig({ schema, layers: [path] })).values.TOKEN.reveal()).toBe(join(root, "sub"));
  });

  it.each([0o775, 0o757])("is not run that stands beside its file with mode %o, which others may write", async (mode) => {
    mkdirSync(join(root, `beside-${mode}`));
    const marker = join(root, `beside-${mode}/ran`);
    file(`beside-${mode}/give`, `#!/bin/sh\ntouch '${marker}'\necho x\n`, mode);
    const path = file(`beside-${mode}/settings.yaml`, "TOKEN: { command: [./give] }\n", 0o644);
    expect(await refusal(path)).toMatch(/the command \.\/give is not run: others may write it .* chmod go-w it/);
    expect(existsSync(marker)).toBe(false);
  });

  it.each([
    ["that fails is told by its status, not by what it said", ["sh", "-c", "echo canary; echo canary >&2; exit 3"], "the command sh ended with exit status 3; run it by hand to see why"],
    ["that is ended is told by its signal", ["sh", "-c", "echo canary; kill -9 $$"], "the command sh was ended by SIGKILL"],
    ["that prints nothing gives no secret", ["true"], "the command true printed nothing"],
    ["that is not there is named", ["hpckit-no-such-program", "canary"], "the command hpckit-no-such-program cannot be started (ENOENT"],
    ["that prints without end is ended", ["yes", "canary"], "printed more than 1 MiB"],
    ["that prints what is no text is refused", ["printf", String.raw`\377`], "printed what is not UTF-8 text"],
    ["that would ask a person has nobody to ask", ["sh", "-c", "read answer </dev/tty && echo $answer"], "ended with exit status"],
    ["that waits for input gets none", ["sh", "-c", "read answer && echo $answer"], "ended with exit status 1"],
  ])("%s", async (_what, command, message) => {
    expect(await refusal(layer({ command }))).toContain(message);
  });

  it("is ended by the signal of the call, with all that it started", async () => {
    const pids = join(root, "aborted pids");
    const aborting = new AbortController();
    const command = ["sh", "-c", `sleep 300 & echo $$ $! > '${pids}'; wait`] as const;
    const loading = loadConfig({ schema, layers: [layer({ command })], signal: aborting.signal });
    await expect.poll(() => existsSync(pids) && readFileSync(pids, "utf8").trim().split(" ").length).toBe(2);
    aborting.abort();
    await expect(loading).rejects.toBeInstanceOf(AbortedError);
    for (const pid of readFileSync(pids, "utf8").trim().split(" ")) {
      await expect.poll(() => (existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0] : "gone")).toMatch(/^(?:Z|gone)$/);
    }
    const never = join(root, "never");
    await expect(loadConfig({ schema, layers: [layer({ command: ["touch", never] })], signal: aborting.signal })).rejects.toBeInstanceOf(AbortedError);
    expect(existsSync(never)).toBe(false);
  });

  it("is ended after its time limit, with all that it started", async () => {
    const pids = join(root, "pids");
    const command = ["sh", "-c", `sleep 1000 & echo "$! $$" > '${pids}'; wait`];
    expect(await refusal(layer({ command, timeLimitMs: 500 }))).toContain("the command sh did not end within 0.5 s, and was ended");
    for (const pid of readFileSync(pids, "utf8").trim().split(" ")) {
      // A process that was ended may still be listed until its new parent has looked.
      await expect.poll(() => (existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0] : "gone")).toMatch(/^(?:Z|gone)$/);
    }
    expect(await reveal({ command: ["echo", "x"], timeLimitMs: Infinity })).toBe("x");
  });

  it.each([0o666, 0o664, 0o646, 0o622])("is not run that stands in a file of mode %o, which others may write", async (mode) => {
    const marker = join(root, `ran-${mode}`);
    const path = file(`open-${mode}.yaml`, `TOKEN: { command: [touch, ${marker}] }\n`, mode);
    expect(await refusal(path)).toMatch(/^TOKEN: a command is not run that stands in this file: others may write it .* chmod go-w it/);
    expect(existsSync(marker)).toBe(false);
  });

  it("is no text, and no empty list", async () => {
    for (const command of ["pass show x", [], [7], ["a", "b\0"]]) expect(await refusal(layer({ command } as never))).toContain("expected a secret");
  });
});

describe("the file of a secret", () => {
  it("is judged by what a link leads to", async () => {
    file("loose", "canary", 0o644);
    file("tight", "canary", 0o600);
    symlinkSync(join(root, "loose"), join(root, "to-loose"));
    symlinkSync(join(root, "tight"), join(root, "to-tight"));
    expect(await refusal(layer({ file: "to-loose" }))).toMatch(/others may read it \(mode 0644\); chmod 600 it/);
    expect(await reveal({ file: "to-tight" })).toBe("canary");
  });

  it("is never waited for, and must be a file", async () => {
    execFileSync("mkfifo", ["-m", "600", join(root, "pipe")]);
    expect(await refusal(layer({ file: "pipe" }))).toContain("is no regular file");
    expect(await refusal(layer({ file: "/dev/zero" }))).toContain("is no regular file");
    expect(await refusal(layer({ file: "." }))).toContain("is a folder");
  });

  it("belongs to this account", async () => {
    const of = (owner: SourceFile["owner"], mode: number): SourceFile => ({ path: "/x", text: "", owner, mode });
    expect(whyNotPrivate(of("other", 0o600))).toContain("belongs to another account");
    expect(whyNotTrusted(of("other", 0o600))).toContain("belongs to another account");
    expect([whyNotPrivate(of("me", 0o400)), whyNotPrivate(of("root", 0o600)), whyNotTrusted(of("me", 0o644))]).toEqual([undefined, undefined, undefined]);
    const mine = await readSource(file("mine", "x", 0o600));
    const system = await readSource("/etc/passwd");
    expect([mine, system].map((found) => found.kind === "read" && found.file.owner)).toEqual(["me", process.getuid?.() === 0 ? "me" : "root"]);
  });
});

it("a value that could not be had is said once, and not again of what refers to it", async () => {
  const both = z.object({ TOKEN: secretValue(), URL: secretValue(), PLAIN: z.string() });
  const error: unknown = await loadConfig({ schema: both, layers: [{ name: "values", values: { TOKEN: { file: "/nowhere" }, URL: "pg://${TOKEN}@h", PLAIN: "${URL}" } }] }).catch((thrown: unknown) => thrown);
  expect((error as ConfigError).issues.map(({ path }) => path)).toEqual(["TOKEN"]);
});

it("a list or an object within a text is refused: it has no form there", async () => {
  const loose = z.object({ A: z.string(), L: z.array(z.string()), O: z.record(z.string(), z.unknown()).optional(), N: z.null().optional() });
  const error: unknown = await loadConfig({ schema: loose, layers: [{ name: "values", values: { A: "x ${L}", L: ["a", "b"] } }] }).catch((thrown: unknown) => thrown);
  expect((error as ConfigError).issues.map(({ message }) => message)).toEqual(["takes in ${L} within a text, which is a list, in layer values"]);
});
