import { secret } from "@hpckit/core";
import { hostileWords } from "@hpckit/transport/testing";
import { expect, it } from "vitest";
import { startSshd } from "../../../tools/sshd/src/index.js";
import { ensureDebianPackages } from "../../../tools/system/src/index.js";
import { sshTo } from "./over-sshd.js";

const shells = { dash: "/bin/dash", bash: "/bin/bash", tcsh: "/usr/bin/tcsh", fish: "/usr/bin/fish" } as const;
const noise = "echo a banner; echo a complaint >&2\n";
const startFiles = { ".bashrc": noise, ".cshrc": "echo a banner\n", ".config/fish/config.fish": noise };

for (const [name, loginShell] of Object.entries(shells)) {
  it(`words, environment and output are exact where the login shell is ${name} and talks`, async () => {
    await ensureDebianPackages([name]);
    await using server = await startSshd({ account: "guest", loginShell, homeFiles: startFiles });
    await using login = await sshTo(server);
    const words = await login.exec(["printf", "%s\\0", ...hostileWords]);
    expect(words.stdout.split("\0").slice(0, -1)).toEqual(hostileWords);
    expect(words.stderr).toBe("");
    expect(await login.exec(["sh", "-c", 'printf %s "$A"; cat; exit 5'], { env: { A: secret("!$`'") }, stdin: "touch canary\n" })).toMatchObject({
      stdout: "!$`'touch canary\n",
      stderr: "",
      exitCode: 5,
    });
    expect(await login.exec(["sh", "-c", "kill -11 $$"])).toMatchObject({ signal: "SIGSEGV" });
    await login.writeFile("file", "content");
    expect(new TextDecoder().decode(await login.readFile("file"))).toBe("content");
  });
}

it("says what came instead where an account runs no commands", async () => {
  await using server = await startSshd({ account: "guest", homeFiles: {}, config: ["ForceCommand echo this account is for transfers only"] });
  await expect(sshTo(server)).rejects.toMatchObject({ code: "noise", message: expect.stringContaining("this account is for transfers only") as string });
});

it("says so where the login shell refuses everybody", async () => {
  await using server = await startSshd({ account: "guest", homeFiles: {}, loginShell: "/bin/false" });
  await expect(sshTo(server)).rejects.toMatchObject({ code: "reply-incomplete" });
});
