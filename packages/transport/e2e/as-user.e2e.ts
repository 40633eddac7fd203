import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { asUser, connectLocal } from "@hpckit/transport";
import { describeTransport } from "@hpckit/transport/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { service, startSshd, type Sshd } from "../../../tools/sshd/src/index.js";
import { ensureDebianPackages } from "../../../tools/system/src/index.js";
import { systemSshTo } from "./over-system-ssh.js";
import { sshTo } from "./over-sshd.js";

const allowed = `hpckit-guest ALL=(${service.name}) NOPASSWD: /bin/sh`;

/** Debian's sudoers have `use_pty` since 12, sudo itself since 1.9.14. */
for (const pty of ["use_pty", "!use_pty"]) {
  describe(`as another account, where sudoers say ${pty}`, () => {
    let server: Sshd;
    beforeAll(async () => {
      server = await startSshd({ account: "guest", homeFiles: {}, sudoers: [`Defaults ${pty}`, allowed] });
    });
    afterAll(() => server[Symbol.asyncDispose]());

    if (pty === "use_pty") describeTransport("ssh and sudo", async () => {
      const login = await sshTo(server);
      const other = asUser(login, service.name);
      // The suite closes what it was given; a base of its own goes with it.
      const close = other[Symbol.asyncDispose].bind(other);
      return Object.assign(other, {
        [Symbol.asyncDispose]: async () => {
          await close();
          await login[Symbol.asyncDispose]();
        },
      });
    });

    it("is that account, in its home, with an environment of its own", async () => {
      await using login = await sshTo(server);
      const other = asUser(login, service.name);
      const { stdout } = await other.exec(["sh", "-c", "id -un; pwd; echo $HOME; echo ${SSH_CONNECTION-none}"]);
      expect(stdout).toBe(`${service.name}\n${join(server.folder, "service")}\n${join(server.folder, "service")}\nnone\n`);
      expect(other.target).toEqual({ ...login.target, user: service.name });
      await other.writeFile("mine", "content");
      expect(await readdir(join(server.folder, "service"))).toContain("mine");
      await expect(login.readFile(join(server.folder, "service", "mine"))).rejects.toMatchObject({ code: "permission-denied" });
    });

    it("ends what it has started when it is closed, and leaves the login open", async () => {
      await using login = await sshTo(server);
      const other = asUser(login, service.name);
      const sleeping = other.exec(["sleep", "4242"]);
      sleeping.catch(() => undefined);
      const isRunning = async (): Promise<boolean> => (await login.exec(["pgrep", "-f", "^sleep 4242$"])).ok;
      await expect.poll(isRunning, { timeout: 10_000 }).toBe(true);
      await other[Symbol.asyncDispose]();
      await expect(sleeping).rejects.toMatchObject({ code: "connection-lost" });
      expect(await isRunning()).toBe(false);
      await expect(other.exec(["true"])).rejects.toMatchObject({ code: "connection-lost" });
      expect((await login.exec(["true"])).ok).toBe(true);
    });
  });
}

it("says what sudo said, and what would allow it", async () => {
  await using server = await startSshd({ account: "guest", homeFiles: {}, sudoers: ["root ALL=(ALL) ALL"] });
  await using login = await sshTo(server);
  const refused = asUser(login, service.name).exec(["true"]);
  await expect(refused).rejects.toMatchObject({ code: "permission-denied", message: expect.stringMatching(/password is required.*NOPASSWD: \/bin\/sh/s) as unknown });
  await expect(asUser(login, "no-such-account").exec(["true"])).rejects.toMatchObject({ code: "permission-denied" });
});

it("takes no name that a shell or sudo could take for something else", async () => {
  await using here = await connectLocal();
  for (const name of ["", "-u", "a b", "a;b", "$(id)", "#0", "a\nb", "../a", "!", "%group"]) expect(() => asUser(here, name)).toThrow(/no name of an account/);
  expect(() => asUser({ ...here }, "nobody")).toThrow(/none of them/);
});

it("works over the system's ssh, too", async () => {
  await using server = await startSshd({ account: "guest", homeFiles: {}, sudoers: [allowed] });
  await using login = await systemSshTo(server);
  expect((await asUser(login, service.name).exec(["id", "-un"])).stdout).toBe(`${service.name}\n`);
});

it("works over this machine, too", async () => {
  await ensureDebianPackages(["sudo"]);
  await using here = await connectLocal();
  const { stdout } = await asUser(here, "nobody").exec(["id", "-un"]);
  expect(stdout).toBe("nobody\n");
});
