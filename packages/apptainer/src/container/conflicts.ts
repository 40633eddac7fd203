import type { OptionsIssue } from "@hpckit/core";
import type { FolderOptions } from "./options/folders.js";
import type { GpuSettings } from "./options/gpu.js";
import type { IsolationOptions } from "./options/isolation.js";
import type { MpiOptions } from "./options/mpi.js";
import type { NamespaceOptions } from "./options/namespaces.js";
import type { NetworkOptions } from "./options/network.js";
import type { FuseOptions } from "./options/fuse.js";
import type { SiteBindOptions } from "./options/site-binds.js";
import type { WritingSettings } from "./options/writing.js";
import type { BorderOptions } from "./border-options.js";

/** The options that can get into each other's way. */
export interface Combined extends FolderOptions, GpuSettings, IsolationOptions, NamespaceOptions, FuseOptions, NetworkOptions, MpiOptions, SiteBindOptions, Pick<BorderOptions, "site">, WritingSettings {
  readonly requireGpu?: boolean | undefined;
}

interface Conflict {
  readonly path: keyof Combined;
  readonly message: string;
  readonly found: (options: Combined) => boolean;
}

/**
 * What the engine refuses once it runs, or takes and then silently ignores (1.4.5, and its sources to 1.5.3). Types rule
 * most of it out; programs in plain JavaScript learn it here.
 */
const conflicts: readonly Conflict[] = [
  { path: "home", message: "contain gives an empty home whatever is said: leave one of them out, or name the folder with home: { source }", found: ({ home, contain }) => home === "host" && contain !== undefined },
  { path: "umask", message: 'contain: "oci" sets the umask 0022 whatever is said: leave one of them out', found: ({ umask, contain }) => umask === "host" && contain === "oci" },
  { path: "overlays", message: 'the engine refuses overlays beside writable: "image"', found: ({ writable, overlays }) => writable === "image" && overlays !== undefined && overlays.length > 0 },
  { path: "writable", message: 'contain: "oci" takes changes in memory by itself, and the engine refuses another place beside it', found: ({ contain, writable }) => contain === "oci" && writable !== undefined && writable !== "memory" },
  { path: "devices", message: "the engine ignores devices beside a GPU: name the GPU as a device, too", found: ({ gpu, devices }) => gpu !== undefined && devices !== undefined },
  { path: "cdiFolders", message: "descriptions of devices have an effect only with devices", found: ({ devices, cdiFolders }) => devices === undefined && cdiFolders !== undefined },
  { path: "requireGpu", message: 'nothing can be required without gpu: "nvidia" or "amd"', found: ({ gpu, requireGpu }) => requireGpu === true && gpu === undefined },
  {
    path: "workFolder",
    message: "the engine uses it only with contain or scratch",
    found: ({ workFolder, contain, scratch }) => workFolder !== undefined && contain === undefined && (scratch === undefined || scratch.length === 0),
  },
  { path: "namespaces", message: "a FUSE mount needs a PID namespace of its own: leave out pid: false", found: ({ namespaces, fuseMounts }) => namespaces?.pid === false && fuseMounts !== undefined && fuseMounts.length > 0 },
  { path: "namespaces", message: 'contain: "all" and "oci" have a PID namespace of their own: leave out pid: false', found: ({ namespaces, contain }) => namespaces?.pid === false && (contain === "all" || contain === "oci") },
  { path: "shareNamespaces", message: "processes that share name spaces would each need the FUSE mount: mount it left of the container", found: ({ shareNamespaces, fuseMounts }) => shareNamespaces === true && fuseMounts !== undefined && fuseMounts.length > 0 },
  { path: "namespaces", message: "the user namespace is part of fakeroot: leave it out", found: ({ namespaces, fakeroot }) => namespaces?.user === true && fakeroot === true },
  { path: "siteBinds", message: 'what both the profile and a variable bind would be mounted twice, of which the engine drops one: leave out "inherit", or give site without its binds', found: ({ siteBinds, site }) => siteBinds === "inherit" && site?.binds !== undefined && site.binds.length > 0 },
  { path: "contain", message: "MPI ranks share the host's /dev/shm and /tmp, which it hides: leave it out", found: ({ mpi, contain }) => mpi !== undefined && contain !== undefined },
  { path: "namespaces", message: "MPI ranks share memory only in one PID and one IPC namespace, the host's: leave out pid and ipc", found: ({ mpi, namespaces }) => mpi !== undefined && (namespaces?.pid === true || namespaces?.ipc === true) },
  { path: "network", message: "MPI ranks find each other in the host's network: leave it out", found: ({ mpi, network }) => mpi !== undefined && network !== undefined },
  { path: "fuseMounts", message: "a FUSE mount gives each MPI rank a PID namespace of its own, across which memory is not shared: mount it left of the container", found: ({ mpi, fuseMounts }) => mpi !== undefined && fuseMounts !== undefined && fuseMounts.length > 0 },
  { path: "withoutMounts", message: "MPI ranks need the host's /dev with its fabrics and shared memory, and /tmp: leave out dev and tmp", found: ({ mpi, withoutMounts = [] }) => mpi !== undefined && withoutMounts.some((name) => /^(?:dev|tmp|\/dev(?:\/shm)?|\/tmp)\/*$/.test(name)) },
];

/** What among options cannot be together. */
export const conflictsIn = (options: Combined): readonly OptionsIssue[] => conflicts.filter(({ found }) => found(options)).map(({ path, message }) => ({ path, message }));
