import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { readVariable } from "./variables.js";
import { mergePipConf, mergePipVariables, renderPipConf, type IniSections } from "../config/pip-conf.js";

/** What the cluster must know of this machine to reach the network as it does. No address is written in any file of ours. */
export interface MachineSettings {
  readonly hosts: string;
  readonly resolvConf: string;
  /** Certificates that this machine trusts, if it has a bundle. */
  readonly certificates?: Buffer;
  readonly pipConf: string;
}

/** Debian's place for the bundle, inside the cluster; also where `cert` of pip.conf then points. */
export const CERTIFICATES_IN_CLUSTER = "/etc/ssl/certs/ca-certificates.crt";

export async function readMachineSettings(): Promise<MachineSettings> {
  const [hosts, resolvConf, certificates] = await Promise.all([
    readFile("/etc/hosts", "utf8").catch(() => ""),
    readFile("/etc/resolv.conf", "utf8").catch(() => ""),
    readCertificates(),
  ]);
  const pipConf = await readPipConf(certificates !== undefined);
  return { hosts, resolvConf, pipConf, ...(certificates && { certificates }) };
}

async function readCertificates(): Promise<Buffer | undefined> {
  const places = [readVariable("PIP_CERT"), readVariable("SSL_CERT_FILE"), CERTIFICATES_IN_CLUSTER, "/etc/pki/tls/certs/ca-bundle.crt"];
  const place = places.find((path) => path !== undefined && existsSync(path));
  return place === undefined ? undefined : readFile(place);
}

async function readPipConf(hasCertificates: boolean): Promise<string> {
  const sections: IniSections = new Map();
  // pip's own order: the machine's, the user's old and new one, the environment's.
  const user = readVariable("XDG_CONFIG_HOME") ?? join(homedir(), ".config");
  const files = ["/etc/pip.conf", join(homedir(), ".pip/pip.conf"), join(user, "pip/pip.conf"), process.env["PIP_CONFIG_FILE"]];
  for (const file of files) if (file) mergePipConf(sections, await readFile(file, "utf8").catch(() => ""));
  mergePipVariables(sections, process.env);

  const global = sections.get("global") ?? new Map<string, string>();
  // pip trusts a bundle of its own unless told; the machine may sit behind a proxy that has its own authority.
  if (hasCertificates) global.set("cert", CERTIFICATES_IN_CLUSTER);
  const proxy = readVariable("https_proxy") ?? readVariable("HTTPS_PROXY");
  if (proxy && !global.has("proxy")) global.set("proxy", proxy);
  // A folder of wheels on this machine is not there in the cluster.
  if (/^\s*\//.test(global.get("find-links") ?? "")) global.delete("find-links");
  return renderPipConf(sections);
}
