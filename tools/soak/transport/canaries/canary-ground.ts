import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Transport } from "@hpckit/core";
import { asUser, connectLocal, connectSystemSsh, type ObserveOptions } from "@hpckit/transport";
import { service } from "../../../sshd/src/index.js";
import { oftenEnough, openFaultGround, type FaultGround } from "../fault-ground.js";

/** How the server treats the next commands: as asked, or with one of the faults that real ones have. */
export type LoginFault = "none" | `echo ${number}` | `echo-errors ${number}` | "no-temporary-files";

/** A server whose login can be made to fail, and four ways to an account. */
export interface CanaryGround extends AsyncDisposable {
  readonly base: FaultGround;
  /** For keys: what lies here is no trace. */
  readonly keys: string;
  setFault(fault: LoginFault): Promise<void>;
  connect(kind: TransportKind, observers: ObserveOptions): Promise<Transport>;
  /** Contents of files that may have been left over there. */
  traces(): Promise<readonly string[]>;
}

export const transportKinds = ["this machine", "ssh", "system ssh", "sudo"] as const;
export type TransportKind = (typeof transportKinds)[number];

/** Repeats what it is sent, to a point by chance, as a forced command or a wrong login shell would. */
const loginScript = `
case $(cat "$0.fault") in
  "echo "*) set -- $(cat "$0.fault"); exec head -c "$2" ;;
  "echo-errors "*) set -- $(cat "$0.fault"); exec head -c "$2" >&2 ;;
  no-temporary-files) export TMPDIR=/nowhere ;;
esac
eval "$SSH_ORIGINAL_COMMAND"
`;

export async function openCanaryGround(): Promise<CanaryGround> {
  const keys = await mkdtemp(join(tmpdir(), "hpckit-canaries-"));
  await chmod(keys, 0o755);
  const login = join(keys, "login");
  await writeFile(login, loginScript);
  const setFault = (fault: LoginFault): Promise<void> => writeFile(`${login}.fault`, fault);
  await setFault("none");
  const before = new Set(await readdir(tmpdir()));
  const base = await openFaultGround({ sudoers: [`hpckit-guest ALL=(${service.name}) NOPASSWD: /bin/sh`], config: [`ForceCommand /bin/sh ${login}`] });
  return {
    base,
    keys,
    setFault,
    async connect(kind, observers) {
      if (kind === "this machine") return connectLocal(observers);
      if (kind === "ssh") return base.login(observers);
      if (kind === "sudo") return closingBoth(await base.login(observers));
      const { wire, server, knownHostsFile } = base;
      const options = { UserKnownHostsFile: knownHostsFile, GlobalKnownHostsFile: "none", IdentityFile: server.privateKeyFile, IdentitiesOnly: "yes" };
      return connectSystemSsh({ host: wire.host, port: wire.port, user: server.user, config: "none", options, manners: oftenEnough, ...observers });
    },
    async traces() {
      const temporary = (await readdir(tmpdir())).filter((name) => !before.has(name) && name.startsWith("tmp.")).map((name) => join(tmpdir(), name));
      const files = await Promise.all([base.there, join(base.server.folder, "service"), ...temporary].map(filesBelow));
      return [...(await Promise.all(files.flat().map((file) => readFile(file, "latin1").catch(() => "")))), base.server.log()];
    },
    async [Symbol.asyncDispose]() {
      await base[Symbol.asyncDispose]();
      await rm(keys, { recursive: true });
    },
  };
}

function closingBoth(login: Transport): Transport {
  const other = asUser(login, service.name);
  return { ...other, [Symbol.asyncDispose]: () => login[Symbol.asyncDispose]() };
}

async function filesBelow(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  return entries === undefined ? [path] : entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
