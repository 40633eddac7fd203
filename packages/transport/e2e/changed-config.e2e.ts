import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Transport } from "@hpckit/core";
import { connectSsh, connectSystemSsh, type ConnectionOptions } from "@hpckit/transport";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startSshd, type Sshd } from "../../../tools/sshd/src/index.js";

const quick = { manners: { loginsPerMinute: Infinity }, reconnect: { firstPauseMs: 10 } };
const ways: Readonly<Record<string, (file: string, more?: ConnectionOptions) => Promise<Transport>>> = {
  ssh2: (file, more) => connectSsh({ host: "login", config: { file }, ...quick, ...more }),
  "the system's ssh": (file, more) => connectSystemSsh({ host: "login", config: { file }, ...quick, ...more }),
};

for (const [name, connect] of Object.entries(ways)) {
  describe(`a configuration that changes between two logins over ${name}`, () => {
    let server: Sshd;
    let other: Sshd;
    let file = "";
    beforeAll(async () => {
      [server, other] = await Promise.all([startSshd(), startSshd({ account: "guest", homeFiles: {} })]);
      file = join(server.folder, "config");
    });
    beforeEach(() => say(server));
    afterAll(async () => {
      for (const each of [server, other]) await each[Symbol.asyncDispose]();
    });

    const block = (alias: string, to: Sshd, ...lines: readonly string[]): readonly string[] => [
      `Host ${alias}`,
      ...[...lines, "HostName 127.0.0.1", `Port ${to.port}`, `User ${to.user}`, `IdentityFile ${to.privateKeyFile}`, `UserKnownHostsFile ${to.knownHostsFile}`],
    ];
    const say = (to: Sshd, ...lines: readonly string[]): Promise<void> => writeFile(file, [...block("login", to), ...lines].join("\n"));
    const acceptedBy = (each: Sshd): number => each.log().split("Accepted ").length - 1;
    const loseConnection = async (): Promise<void> => {
      await server.kill();
      await server.restart();
    };

    it("never makes a transport act as another account", async () => {
      await using login = await connect(file);
      const before = acceptedBy(other);
      await say(other);
      await loseConnection();
      const refused = { code: "not-supported", message: expect.stringMatching(/now says the user hpckit-guest, and this transport acts as \w+.*connect anew/) as unknown };
      await expect(login.exec(["true"])).rejects.toMatchObject(refused);
      expect(login.target.user).toBe(server.user);
      expect(acceptedBy(other)).toBe(before);
    });

    it("leads over a jump host that it names now, if its key is known, whatever else it says", async () => {
      const gate = (knownHosts: string): readonly string[] => ["Host gate", "StrictHostKeyChecking no", `UserKnownHostsFile ${knownHosts}`, ...block("gate", other)];
      await using login = await connect(file);
      await using second = await connect(file, { ownConnection: true });
      const before = acceptedBy(other);
      await writeFile(file, [...block("login", server, "ProxyJump gate"), ...gate("/dev/null")].join("\n"));
      await loseConnection();
      await expect(login.exec(["true"])).rejects.toMatchObject({ code: "host-key-refused" });
      expect(acceptedBy(other)).toBe(before);
      await writeFile(file, [...block("login", server, "ProxyJump gate"), ...gate(other.knownHostsFile)].join("\n"));
      expect((await second.exec(["true"])).ok).toBe(true);
      expect(acceptedBy(other)).toBe(before + 1);
    });
  });
}
