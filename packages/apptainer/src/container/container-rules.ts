import type { FlagRules } from "../engine/flags/flag-rule.js";
import { decryptionRules, type DecryptionOptions } from "./options/decryption.js";
import { environmentRules, type EnvironmentOptions } from "./options/environment.js";
import { folderRules, type FolderOptions } from "./options/folders.js";
import { fuseRules, type FuseOptions } from "./options/fuse.js";
import { gpuRules, type GpuSettings } from "./options/gpu.js";
import { isolationRules, type IsolationOptions } from "./options/isolation.js";
import { limitRules, type Limits } from "./options/limits.js";
import { namespaceRules, type NamespaceOptions } from "./options/namespaces.js";
import { networkRules, type NetworkOptions } from "./options/network.js";
import { privilegeRules, type PrivilegeOptions } from "./options/privileges.js";
import { siteBindRules, type SiteBindOptions } from "./options/site-binds.js";
import { writingRules, type WritingSettings } from "./options/writing.js";

/** The options of a container that are flags of the engine. */
export interface FlagOptions
  extends EnvironmentOptions, GpuSettings, FolderOptions, SiteBindOptions, IsolationOptions, NamespaceOptions, NetworkOptions, PrivilegeOptions, FuseOptions, DecryptionOptions, WritingSettings {
  readonly limits?: Limits | { readonly file: string } | undefined;
}

/** How each is written, in the order of the command line. */
export const containerRules: FlagRules<FlagOptions> = {
  ...environmentRules,
  ...gpuRules,
  ...folderRules,
  ...siteBindRules,
  ...isolationRules,
  ...namespaceRules,
  ...networkRules,
  ...privilegeRules,
  ...limitRules,
  ...fuseRules,
  ...decryptionRules,
  ...writingRules,
};

/** Flags of a container's verbs that no option writes, and why. */
export const omittedFlags: Readonly<Record<string, string>> = {
  "no-eval": "always written: without it values and arguments are shell text",
  mount: "written for every mount",
  bind: "cannot express every path: --mount does",
  env: "splits values at commas, and one bad name loses all variables: they go by APPTAINERENV_NAME",
  "no-home": 'does nothing where the current folder is the home: home: "none" leaves out both',
  underlay: "how mount points are made, only in 1.2",
  pwd: "the name of --cwd before 1.3",
  vm: "a virtual machine of macOS, to 1.2",
  "vm-cpu": "a virtual machine of macOS",
  "vm-err": "a virtual machine of macOS",
  "vm-ip": "a virtual machine of macOS",
  "vm-ram": "a virtual machine of macOS",
  syos: "a virtual machine of macOS",
  passphrase: "asks a person: a passphrase goes by the environment",
  "docker-login": "asks a person; a container starts from no registry",
  "docker-host": "a container starts from no registry",
  authfile: "a container starts from no registry",
  "no-https": "a container starts from no registry",
  "disable-cache": "a container starts from no registry, and beside an extracted image it deletes the image (1.4.5)",
};
