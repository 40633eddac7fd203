import { homedir } from "node:os";
import { describe, expect, it } from "vitest";
import type { SshConfig } from "../ssh/config/ssh-config.js";
import { forwardArguments, masterArguments, portArguments, queryArguments, sessionArguments, wordsByHand } from "./ssh-arguments.js";

const socketPath = "/tmp/x/ssh";
const settingsOf = (words: readonly string[]): readonly string[] => words.filter((_, index) => words[index - 1] === "-o");

describe("arguments of ssh", () => {
  it("put what must hold before the caller's settings, and defaults after them, as ssh takes the first of two", () => {
    const settings = settingsOf(masterArguments({ host: "login", options: { ServerAliveInterval: "5" } }, { socketPath, forks: false, proxyCommand: "none" }));
    expect(settings.indexOf("StrictHostKeyChecking=yes")).toBeLessThan(settings.indexOf("ServerAliveInterval=5"));
    expect(settings.indexOf("BatchMode=yes")).toBeLessThan(settings.indexOf("ServerAliveInterval=5"));
    expect(settings.indexOf("ServerAliveInterval=5")).toBeLessThan(settings.indexOf("ServerAliveInterval=15"));
  });

  it("end with the host behind a double hyphen", () => {
    const destination = { host: "login", user: "alice", port: 2222, config: { file: "~/ssh config" } };
    for (const words of [queryArguments(destination), masterArguments(destination, { socketPath, forks: false, proxyCommand: "none" })]) {
      expect(words.slice(-2)).toEqual(["--", "login"]);
      expect(words.join(" ")).toContain(`-F ${homedir()}/ssh config -l alice -p 2222`);
    }
  });

  it("say which configuration is read, also where a file is called as none at all is", () => {
    const given = (config: SshConfig): string => queryArguments({ host: "login", config }).slice(0, 3).join(" ");
    expect(queryArguments({ host: "login" })).not.toContain("-F");
    expect(given("user")).not.toContain("-F");
    expect(given("none")).toBe("-G -F none");
    expect(given({ file: "none" })).toBe("-G -F ./none");
  });

  it("are shown as a person types them", () => {
    expect(wordsByHand({ host: "login" })).toBe("login");
    expect(wordsByHand({ host: "login", user: "alice", port: 2222, config: { file: "my config" }, options: { IdentityFile: "~/.ssh/id_work" } })).toBe("-F 'my config' -o 'IdentityFile=~/.ssh/id_work' -p 2222 alice@login");
  });

  it("keep ssh in the foreground only where the configuration says otherwise, as older ones do not know the setting", () => {
    expect(masterArguments({ host: "login" }, { socketPath, forks: true, proxyCommand: "none" })).toContain("ForkAfterAuthentication=no");
    expect(masterArguments({ host: "login" }, { socketPath, forks: false, proxyCommand: "none" })).not.toContain("ForkAfterAuthentication=no");
  });

  it("lead everything else through the master and nowhere else, with no configuration", () => {
    const all = [sessionArguments(socketPath, "line"), portArguments(socketPath, "::1", 80), forwardArguments(socketPath, "forward", "/a", "/b")];
    for (const words of all) {
      expect(words.join(" ")).toContain(`-F none -S ${socketPath} `);
      expect(settingsOf(words)).toEqual(["ControlMaster=no", "ProxyCommand=false"]);
    }
    expect(all[0]?.slice(-3)).toEqual(["--", "hpckit", "line"]);
    expect(all[1]).toContain("[::1]:80");
    expect(all[2]).toContain("/a:/b");
  });
});
