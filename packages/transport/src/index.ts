export { asUser } from "./as-user/as-user.js";
export { connectLocal, type LocalOptions } from "./local/connect-local.js";
export type { CallTrace } from "./observe/channels.js";
export { describeEvent, type Logger, type LogMethod } from "./observe/logger.js";
export type { ObserveOptions } from "./observe/observe-options.js";
export type { CallSpan, CallTracer, SpanAttributes } from "./observe/tracer.js";
export type {
  CommandBegun,
  CommandEnded,
  CopyBegun,
  EventBodies,
  EventOrigin,
  EventError,
  EventKind,
  EventTopic,
  FileBegun,
  ForwardBegun,
  ConnectionRef,
  OperationRef,
  OperationEnded,
  SharedRef,
  SyncBegun,
  TransportEvent,
} from "./observe/transport-event.js";
export type { SshConfig } from "./ssh/config/ssh-config.js";
export { connectSsh } from "./ssh/connect-ssh.js";
export type { MannersOptions } from "./manners/manners-options.js";
export type { ConnectionOptions } from "./reconnect/connection-options.js";
export type { ReconnectOptions } from "./reconnect/reconnect-options.js";
export type { HostKeyOptions, KnownHostsSource } from "./ssh/host-key-options.js";
export type { AgentIdentity, IdentityOptions, PrivateKeyFile, PrivateKeyText } from "./ssh/identity-options.js";
export type { AnswerPrompt, SignInPrompt } from "./ssh/sign-in-prompt.js";
export type { SshHost, SshOptions } from "./ssh/ssh-options.js";
export { connectSystemSsh } from "./system-ssh/connect-system-ssh.js";
export type { SystemSshOptions } from "./system-ssh/system-ssh-options.js";
export { compareTrees, type TreeChanges } from "./tree/compare-trees.js";
export { collectChanges, snapshotTree, type CollectedChanges, type SnapshotOptions } from "./tree/snapshot-tree.js";
export { formatTreeSnapshot, parseTreeSnapshot } from "./tree/tree-json.js";
export type { TreeEntry, TreeSnapshot } from "./tree/tree-snapshot.js";
export { applySync, sync, type SyncResult } from "./sync/apply-sync.js";
export { compareForSync, type CompareForSyncOptions } from "./sync/compare-for-sync.js";
export { formatSyncPlan } from "./sync/format-sync-plan.js";
export { planSync } from "./sync/plan-sync.js";
export type { SyncCompare } from "./sync/same-content.js";
export { snapshotLocalTree } from "./sync/snapshot-local-tree.js";
export type { ApplySyncOptions, PlanSyncOptions, SyncOptions } from "./sync/sync-options.js";
export { SyncOutdatedError } from "./sync/sync-outdated-error.js";
export type { ReplaceReason, SkippedEntry, SkipReason, SyncComparison, SyncDirection, SyncPlan, SyncStep, SyncTotals } from "./sync/sync-plan.js";
