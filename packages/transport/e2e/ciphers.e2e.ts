import { setTimeout as delay } from "node:timers/promises";
import type { Transport } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { startSshd } from "../../../tools/sshd/src/index.js";
import { sshTo } from "./over-sshd.js";

const count = 1_000_000;
const numbers = Array.from({ length: count }, (_, index) => `${index + 1}\n`).join("");
const fewer = numbers.slice(0, numbers.lastIndexOf("\n", 100_000) + 1);
const command = ["seq", String(count)] as const;

/** As ssh2 has a way of its own to encrypt and to decrypt each kind. */
const ciphers = ["aes128-gcm@openssh.com", "aes256-ctr", "chacha20-poly1305@openssh.com"];

/** Packets of both calls come mixed, and of one they have to wait. */
describe("what comes over one connection, fast and slowly at once", () => {
  for (const cipher of ciphers) {
    it(`arrives as it was sent, encrypted with ${cipher}`, async () => {
      await using server = await startSshd({ config: [`Ciphers ${cipher}`] });
      await using login = await sshTo(server);
      const slowly = readSlowly(login);
      const { stdout } = await login.exec(command, { maxOutputBytes: 2 * numbers.length });
      expect(stdout === numbers).toBe(true);
      expect((await slowly) === numbers).toBe(true);
    });
  }
});

/** Of new keys each is one for a part of it: the cipher changes while packets of both calls wait. */
describe("what goes over one connection, by two calls at once", () => {
  for (const cipher of ciphers) {
    it(`arrives as it was sent, encrypted with ${cipher} and keys that change`, async () => {
      await using server = await startSshd({ config: [`Ciphers ${cipher}`, "RekeyLimit 1M"] });
      await using login = await sshTo(server);
      const slowly = login.exec(["sh", "-c", "while read -r line; do echo $line; done"], { stdin: fewer });
      const { stdout } = await login.exec(["cat"], { stdin: numbers, maxOutputBytes: 2 * numbers.length });
      expect(stdout === numbers).toBe(true);
      expect((await slowly).stdout === fewer).toBe(true);
    });
  }
});

async function readSlowly(login: Transport): Promise<string> {
  let text = "";
  let pieces = 0;
  for await (const piece of login.stream(command)) {
    text += piece;
    if (++pieces % 20 === 0) await delay(5);
  }
  return text;
}
