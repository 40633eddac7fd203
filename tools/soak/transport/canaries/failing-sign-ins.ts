import { appendFile, chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { secret, type Transport } from "@hpckit/core";
import { asUser, type ObserveOptions, type SshOptions } from "@hpckit/transport";
import ssh2 from "ssh2";
import { canaryOf, type Canary } from "./canary.js";
import type { CanaryGround } from "./canary-ground.js";

/** A sign-in that is handed secrets, and what then fails. */
export interface FailingSignIn {
  readonly name: string;
  /** @returns what to do, which rejects, and what must be seen nowhere. */
  readonly prepare: (ground: CanaryGround, canary: Canary) => Promise<PreparedSignIn>;
}

interface PreparedSignIn {
  readonly canaries: readonly Canary[];
  readonly attempt: (observers: ObserveOptions) => Promise<unknown>;
}

/** A key whose passphrase is the canary. By ssh2, as ssh-keygen would take the passphrase as an argument. */
function makeKey({ value }: Canary): { readonly text: string; readonly publicKey: string } {
  const { private: text, public: publicKey } = ssh2.utils.generateKeyPairSync("ed25519", { passphrase: value, cipher: "aes256-ctr", rounds: 1 });
  return { text, publicKey };
}

/** One that the server knows. */
async function knownKey({ base }: CanaryGround, canary: Canary): Promise<string> {
  const { text, publicKey } = makeKey(canary);
  await appendFile(join(base.server.folder, "authorized_keys"), `${publicKey}\n`);
  return text;
}

/** With everything in order but for some changes. */
const withKey = (name: string, changes: (ground: CanaryGround) => Promise<Partial<SshOptions>>, then: (login: Transport, passphrase: Canary, ground: CanaryGround) => Promise<unknown> = refuseSuccess): FailingSignIn => ({
  name,
  async prepare(ground: CanaryGround, passphrase: Canary): Promise<PreparedSignIn> {
    const text = await knownKey(ground, passphrase);
    const changed = await changes(ground);
    return {
      canaries: [passphrase, canaryOf(text)],
      async attempt(observers) {
        await using login = await ground.base.login({ privateKey: { key: secret(text), passphrase: passphrase.secret }, ...observers, ...changed });
        return await then(login, passphrase, ground);
      },
    };
  },
});

const refuseSuccess = async (): Promise<never> => Promise.reject(new Error("it has succeeded"));

export const failingSignIns: readonly FailingSignIn[] = [
  {
    name: "a wrong passphrase",
    async prepare(ground: CanaryGround, canary: Canary): Promise<PreparedSignIn> {
      const key = secret(await knownKey(ground, canaryOf("another one")));
      return { canaries: [canary], attempt: (observers) => ground.base.login({ privateKey: { key, passphrase: canary.secret }, ...observers }) };
    },
  },
  {
    name: "a key that is none",
    prepare: async ({ base }, canary) => ({ canaries: [canary], attempt: (observers) => base.login({ privateKey: { key: canary.secret }, ...observers }) }),
  },
  {
    name: "a key that no server knows",
    async prepare({ base, keys }: CanaryGround, canary: Canary): Promise<PreparedSignIn> {
      const file = await writtenTo(join(keys, "stranger"), makeKey(canary).text);
      await chmod(file, 0o600);
      return { canaries: [canary], attempt: (observers) => base.login({ privateKey: { file, passphrase: canary.secret }, ...observers }) };
    },
  },
  {
    name: "a passphrase that is no Secret",
    prepare: async ({ base }, canary) => ({
      canaries: [canary],
      attempt: (observers) => base.login({ privateKey: { key: canary.secret, passphrase: canary.value }, ...observers } as object),
    }),
  },
  {
    name: "a key without its passphrase",
    async prepare(ground: CanaryGround, canary: Canary): Promise<PreparedSignIn> {
      const text = await knownKey(ground, canary);
      return { canaries: [canaryOf(text)], attempt: (observers) => ground.base.login({ privateKey: { key: secret(text) }, ...observers }) };
    },
  },
  withKey("an unknown host", async ({ keys }) => ({ knownHosts: { file: await writtenTo(join(keys, "none_known"), "") } })),
  withKey("another host key", async ({ base, keys }) => {
    const text = (await readFile(base.knownHostsFile, "utf8")).replaceAll(/AAAA\S+/g, (key) => `${key.slice(0, -6)}AAAAAA`);
    return { knownHosts: { file: await writtenTo(join(keys, "other_known"), text) } };
  }),
  withKey("an account that is not there", async () => ({ user: "nobody-here" })),
  withKey("a port on which nothing listens", async ({ base, keys }) => {
    const text = (await readFile(base.knownHostsFile, "utf8")).replaceAll(`:${base.wire.port} `, ":1 ");
    return { port: 1, knownHosts: { file: await writtenTo(join(keys, "port_known"), text) } };
  }),
  withKey("a cut in the sign-in", async ({ base }) => {
    base.wire.cutAfter(1_500);
    return {};
  }),
  withKey("a server that is silent", async ({ base }) => {
    base.wire.freeze();
    return { connectTimeoutMs: 300 };
  }),
  withKey("an abort whose reason holds the passphrase", async () => ({}), async (login, passphrase) => login.exec(["sleep", "60"], { signal: AbortSignal.abort(passphrase.value) })),
  withKey("a command that repeats the passphrase", async () => ({}), async (login, { value }) => login.exec(["sh", "-c", "cat >&2; exit 3"], { stdin: value, check: true })),
  withKey("a file whose name is the passphrase", async () => ({}), async (login, { value }) => login.readFile(`/nowhere/${encodeURIComponent(value)}`)),
  withKey("an account that sudo refuses", async () => ({}), async (login, { value }) => asUser(login, "nobody").exec(["cat"], { stdin: value, env: { CANARY: secret(value) } })),
  withKey("a login that repeats the passphrase", async () => ({}), async (login, { value }, ground) => {
    await ground.setFault("echo 900");
    return login.exec(["cat"], { stdin: value, timeoutMs: 1_000 });
  }),
];

async function writtenTo(file: string, text: string): Promise<string> {
  await writeFile(file, text);
  return file;
}
