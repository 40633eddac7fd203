import { OptionsError, raw } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseEngineVersion } from "../engine/engine-version.js";
import { EngineError } from "../error/apptainer-errors.js";
import { docker, library, oras } from "../image/image-reference.js";
import { instance, sandbox, sif } from "../image/image.js";
import { execCommand, instanceRunCommand, instanceStartCommand, runCommand, shellCommand } from "./action-commands.js";
import { buildCommand } from "./build-command.js";
import { cacheCleanCommand, cacheListCommand } from "./cache-commands.js";
import { inspectCommand, overlayCreateCommand } from "./image-commands.js";
import { instanceListCommand, instanceStatsCommand, instanceStopCommand } from "./instance-commands.js";
import { keyExportCommand, keyImportCommand, keyListCommand, keyNewpairCommand, keyPullCommand, keyPushCommand, keyRemoveCommand, keySearchCommand } from "./key-commands.js";
import { pullCommand, pushCommand } from "./pull-commands.js";
import { signCommand, verifyCommand } from "./signing-commands.js";

const image = sif("/x.sif");
const sha = `sha256:${"0f".repeat(32)}`;

describe("a command line", () => {
  it.each([
    ["exec", execCommand(image, { command: ["ls", "-l"], cleanEnv: true, messages: "quiet" }), ["--quiet", "exec", "--no-eval", "--cleanenv", "/x.sif", "ls", "-l"]],
    ["run", runCommand(image, { arguments: ["--x"], runscriptTimeout: "5m" }), ["run", "--no-eval", "--runscript-timeout", "5m", "/x.sif", "--x"]],
    ["shell", shellCommand(instance("db"), { shell: "/bin/bash", cwd: "/w" }), ["shell", "--no-eval", "--cwd", "/w", "--shell", "/bin/bash", "instance://db"]],
    [
      "instance start",
      instanceStartCommand(sandbox("/root"), { name: "db", arguments: ["-p"], pidFile: "/run/db.pid", writable: "image", mounts: [{ source: "/a,b", readOnly: true }] }),
      ["instance", "start", "--no-eval", "--writable", "--mount", 'type=bind,"source=/a,b","destination=/a,b",ro', "--pid-file", "/run/db.pid", "/root", "db", "-p"],
    ],
    ["instance run", instanceRunCommand(image, { name: "db", checkpoint: { saveTo: "c" } }), ["instance", "run", "--no-eval", "--dmtcp-launch", "c", "/x.sif", "db"]],
    ["instance list", instanceListCommand({ json: true, names: "jaws-*", all: true }), ["instance", "list", "--json", "--all", "jaws-*"]],
    ["instance stop", instanceStopCommand("db", { stopSignal: "TERM", timeoutSeconds: 5 }), ["instance", "stop", "--signal", "TERM", "--timeout", "5", "db"]],
    ["instance stop", instanceStopCommand({ all: true }), ["instance", "stop", "--all"]],
    ["instance stats", instanceStatsCommand("db", { json: true, once: true }), ["instance", "stats", "--json", "--no-stream", "db"]],
    [
      "build",
      buildCommand(docker(`debian:12@${sha}`), { to: "/y.sif", arguments: { A: "x,y" }, sections: ["post"], fixPermissions: true, noHttps: true }),
      ["build", "--no-https", "--build-arg", '"A=x,y"', "--section", "post", "--fix-perms", "/y.sif", `docker://debian@${sha}`],
    ],
    ["build", buildCommand("/d.def", { to: "/y", sandbox: true, update: true, mounts: [{ source: "/m" }] }), ["build", "--sandbox", "--update", "--mount", "type=bind,source=/m,destination=/m", "/y", "/d.def"]],
    ["pull", pullCommand(oras("h:1/x:t"), { to: "/y.sif", arch: "arm64", disableCache: true }), ["pull", "--arch", "arm64", "--disable-cache", "/y.sif", "oras://h:1/x:t"]],
    ["push", pushCommand("/x.sif", { to: library("e/c/x:1"), allowUnsigned: true }), ["push", "--allow-unsigned", "/x.sif", "library://e/c/x:1"]],
    ["inspect", inspectCommand("/x.sif", { show: ["labels", "apps"], json: true }), ["inspect", "--labels", "--list-apps", "--json", "/x.sif"]],
    ["overlay create", overlayCreateCommand("/o.img", { sizeMib: 128, folders: ["/a,b"] }), ["overlay", "create", "--size", "128", "--create-dir", '"/a,b"', "/o.img"]],
    ["cache list", cacheListCommand({ types: ["blob", "oras"], entries: true }), ["cache", "list", "--type", "blob", "--type", "oras", "--verbose"]],
    ["cache clean", cacheCleanCommand({ olderThanDays: 30 }), ["cache", "clean", "--days", "30", "--force"]],
    ["cache clean", cacheCleanCommand({ dryRun: true }), ["cache", "clean", "--dry-run"]],
    ["sign", signCommand("/x.sif", { key: { index: 1 }, objects: { group: 1 } }), ["sign", "--keyidx", "1", "--group-id", "1", "/x.sif"]],
    ["verify", verifyCommand("/x.sif", { signer: { certificate: "/c", roots: "/r" }, local: true, json: true }), ["verify", "--certificate", "/c", "--certificate-roots", "/r", "--json", "--local", "/x.sif"]],
    ["key list", keyListCommand({ keyRing: "machine", secret: true }), ["key", "list", "--global", "--secret"]],
    ["key newpair", keyNewpairCommand({ name: "A B", email: "a@example.org", push: false }), ["key", "newpair", "--name", "A B", "--email", "a@example.org", "--push=false"]],
    ["key import", keyImportCommand("/k"), ["key", "import", "/k"]],
    ["key export", keyExportCommand("/k", { secret: true, armor: true }), ["key", "export", "--secret", "--armor", "/k"]],
    ["key remove", keyRemoveCommand("0123456789ABCDEF", { which: "both" }), ["key", "remove", "--both", "0123456789ABCDEF"]],
    ["key search", keySearchCommand("alice", { long: true }), ["key", "search", "--long-list", "alice"]],
    ["key pull", keyPullCommand("0123456789ABCDEF", { keyServer: "https://keys.example.org" }), ["key", "pull", "--url", "https://keys.example.org", "0123456789ABCDEF"]],
    ["key push", keyPushCommand("0123456789ABCDEF"), ["key", "push", "0123456789ABCDEF"]],
  ] as const)("of %s has its flags before its arguments", (_verb, argv, expected) => {
    expect(argv).toEqual(["apptainer", ...expected]);
  });

  it("takes no path or name that would be read as a flag", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 10 }).map((text) => `-${text}`), (text) => {
        for (const attempt of [() => signCommand(text), () => inspectCommand(text), () => buildCommand(text, { to: "/x" }), () => pullCommand(docker("x"), { to: text }), () => keySearchCommand(text), () => keyRemoveCommand(text), () => instanceStopCommand(text), () => instance(text)]) {
          expect(attempt).toThrow(OptionsError);
        }
      }),
    );
  });

  it("is refused for an engine that lacks a flag, before anything starts", () => {
    const engine = parseEngineVersion("apptainer version 1.1.9");
    expect(() => pullCommand(docker("x"), { to: "/y", reproducible: true, engine })).toThrow(EngineError);
    expect(() => signCommand("/x.sif", { key: { file: "/k" }, engine })).toThrow("--key of sign");
    expect(pullCommand(docker("x"), { to: "/y", force: true, engine })).toContain("--force");
  });

  it.each([
    ["a path that only the node knows", () => execCommand(image, { command: ["ls"], mounts: [{ source: raw("$X") }] }), "use containerLayer"],
    ["such a path for a build, too", () => buildCommand("/d.def", { to: "/y", mounts: [{ source: raw("$X") }] }), "use containerLayer"],
    ["a PID namespace, which an instance always has", () => instanceStartCommand(image, { name: "x", namespaces: { pid: true } }), "no engine has --pid"],
    ["an update of a file", () => buildCommand("/d.def", { to: "/y", update: true }), "add sandbox"],
    ["a folder to which the engine cannot extract", () => buildCommand("/d.def", { to: "/a,b", sandbox: true }), "build it elsewhere"],
    ["JSON that would never come", () => instanceStatsCommand("x", { json: true }), "add once"],
    ["encryption without a key", () => buildCommand("/d.def", { to: "/y", encrypt: true }), "nothing to encrypt with"],
  ])("refuses %s", (_what, attempt, reason) => {
    expect(attempt).toThrow(reason);
  });
});
