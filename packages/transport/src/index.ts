export { connectLocal, type LocalOptions } from "./local/connect-local.js";
export { connectSsh } from "./ssh/connect-ssh.js";
export type { KnownHostsSource } from "./ssh/host-key-check.js";
export type { AgentIdentity, IdentityOptions, PrivateKeyFile, PrivateKeyText } from "./ssh/identity.js";
export type { SshOptions } from "./ssh/ssh-options.js";
export { compareTrees, type TreeChanges } from "./tree/compare-trees.js";
export { collectChanges, snapshotTree, type CollectedChanges, type SnapshotOptions } from "./tree/snapshot-tree.js";
export { formatTreeSnapshot, parseTreeSnapshot } from "./tree/tree-json.js";
export type { TreeEntry, TreeSnapshot } from "./tree/tree-snapshot.js";
