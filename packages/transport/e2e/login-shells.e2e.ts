import { secret } from "@hpckit/core";
import { expect, it } from "vitest";
import { startSshd } from "../../../tools/sshd/src/index.js";
import { loginShells, sendWords } from "../../../tools/soak/transport/words.js";
import { ensureDebianPackages } from "../../../tools/system/src/index.js";
import { sshTo } from "./over-sshd.js";

const noise = "echo a banner; echo a complaint >&2\n";
const startFiles = { ".bashrc": noise, ".cshrc": "echo a banner\n", ".config/fish/config.fish": noise };

const shells = Object.keys(loginShells) as (keyof typeof loginShells)[];

it.each(shells)("hostile and random words and names arrive byte for byte through %s, or are refused", async (shell) => {
  const { sent, refused, changed, canaries } = await sendWords(shell, { words: 1000, names: 20, seed: 7 });
  expect([changed, canaries]).toEqual([[], []]);
  expect([sent, refused].every((count) => count > 50)).toBe(true);
});

for (const name of shells) {
  it(`environment and output are exact where the login shell is ${name} and talks`, async () => {
    await ensureDebianPackages([name]);
    await using server = await startSshd({ account: "guest", loginShell: loginShells[name], homeFiles: startFiles });
    await using login = await sshTo(server);
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
