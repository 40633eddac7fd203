export { describeBinds, type DescribeBindsOptions } from "./binds/describe-binds.js";
export { formatBinds } from "./binds/format-binds.js";
export type { BindConfiguration, BindVariable, ConfiguredBind, ProfiledBind, SiteBinds } from "./binds/site-binds.js";
export {
  execCommand,
  instanceRunCommand,
  instanceStartCommand,
  runCommand,
  shellCommand,
  type ExecWords,
  type LaunchOnly,
  type InstanceWords,
  type RunWords,
  type ShellWords,
} from "./command/action-commands.js";
export { buildCommand, type BuildOptions } from "./command/build-command.js";
export { cacheCleanCommand, cacheListCommand, type CacheCleanOptions, type CacheListOptions, type CacheType } from "./command/cache-commands.js";
export { checkEnvFile, type EnvFileCheck } from "./command/check-env-file.js";
export type { CommandOptions } from "./command/engine-command.js";
export { inspectCommand, overlayCreateCommand, type InspectOptions, type OverlayCreateOptions } from "./command/image-commands.js";
export {
  instanceListCommand,
  instanceStatsCommand,
  instanceStopCommand,
  type InstanceListOptions,
  type InstanceStatsOptions,
  type InstanceStopOptions,
} from "./command/instance-commands.js";
export {
  keyExportCommand,
  keyImportCommand,
  keyListCommand,
  keyNewpairCommand,
  keyPullCommand,
  keyPushCommand,
  keyRemoveCommand,
  keySearchCommand,
  type KeyExportOptions,
  type KeyImportOptions,
  type KeyListOptions,
  type KeyNewpairOptions,
  type KeyRemoveOptions,
  type KeyRing,
  type KeySearchOptions,
  type KeyServerOptions,
} from "./command/key-commands.js";
export { pullCommand, pushCommand, type PullOptions, type PushOptions, type RegistryOptions } from "./command/pull-commands.js";
export { shimCommand, type ShimCommand, type ShimOptions } from "./command/shim-command.js";
export { signCommand, verifyCommand, type SifObjects, type SignOptions, type TrustedSigner, type VerifyOptions } from "./command/signing-commands.js";
export type { BorderOptions } from "./container/border-options.js";
export { containerLayer } from "./container/container-layer.js";
export type { CommonOptions as CommonContainerOptions, ContainerOptions, SandboxContainerOptions } from "./container/container-options.js";
export { container } from "./container/container.js";
export type { JoinOptions } from "./container/join-options.js";
export type { DecryptionKey, DecryptionOptions } from "./container/options/decryption.js";
export type { EnvironmentOptions } from "./container/options/environment.js";
export type { FolderOptions, HomeFolder } from "./container/options/folders.js";
export type { FuseMount, FuseOptions } from "./container/options/fuse.js";
export type { Gpu, GpuOptions } from "./container/options/gpu.js";
export type { IsolationOptions } from "./container/options/isolation.js";
export type { BlockWeight, LimitOptions, LimitsInput, LimitsOf } from "./container/options/limits.js";
export { mpiVariables, type Mpi, type MpiOptions } from "./container/options/mpi.js";
export type { Namespaces, NamespaceOptions } from "./container/options/namespaces.js";
export type { Network, NetworkOptions } from "./container/options/network.js";
export type { PrivilegeOptions, Privileges, SecurityProfile } from "./container/options/privileges.js";
export type { SiteBindOptions } from "./container/options/site-binds.js";
export type { WritableOverlay, WritingOptions, WritingToImage } from "./container/options/writing.js";
export type { ApptainerFinding, ApptainerFindingCode } from "./doctor/apptainer-finding.js";
export type { DoctorOptions } from "./doctor/doctor-options.js";
export { doctor } from "./doctor/doctor.js";
export type { EngineOptions } from "./engine/engine-options.js";
export type { EngineProfile, ProfileBind } from "./engine/engine-profile.js";
export type { EngineFlavour, EngineVersion } from "./engine/engine-version.js";
export { findEngine, type Engine, type EngineLookup, type FindEngineOptions } from "./engine/find-engine.js";
export { flagRefusal } from "./engine/flags/flag-support.js";
export type { Verb } from "./engine/flags/verb.js";
export { EngineError, ImageError, type EngineFault, type ImageFault } from "./error/apptainer-errors.js";
export { buildImage, type BuildImageOptions, type BuildImageResult, type BuildSource } from "./image/build-image.js";
export {
  docker,
  engineReference,
  formatReference,
  isPinned,
  library,
  oras,
  parseReference,
  webImage,
  type DockerImage,
  type ImageReference,
  type LibraryImage,
  type OrasImage,
  type WebImage,
} from "./image/image-reference.js";
export { instance, sandbox, sif, type Image, type InstanceImage, type SandboxImage, type SifImage } from "./image/image.js";
export { checkInjected, type CheckInjectedOptions } from "./injected/check-injected.js";
export type { InjectedFinding, InjectedFindingCode } from "./injected/injected-finding.js";
export type { LibraryReference } from "./image/library-reference.js";
export { dockerArchive, ociArchive, ociFolder, type ArchiveSource, type LocalSourceOptions, type OciFolderOptions, type OciFolderSource } from "./image/local-source.js";
export type { RegistryReference } from "./image/registry-reference.js";
export type { Architecture } from "./image/sif-header.js";
export { checkInstance, type CheckInstanceOptions, type InstanceHealth, type InstanceProbe } from "./instance/check-instance.js";
export { findInstance, listInstances } from "./instance/find-instance.js";
export { InstanceError, type InstanceFault } from "./instance/instance-error.js";
export { instanceLayer, type InstanceOptions } from "./instance/instance-layer.js";
export { instanceLogs, type InstanceLogOptions } from "./instance/instance-logs.js";
export type { InstanceFacts, InstanceLookup, InstanceState, LiveFacts } from "./instance/instance-state.js";
export { measureInstance, type InstanceMeasure, type MeasureInstanceOptions } from "./instance/measure-instance.js";
export type { InstanceFigures } from "./instance/parse-stats.js";
export { startInstance, type LiveInstance, type StartedInstance, type StartInstanceOptions } from "./instance/start-instance.js";
export { stopInstance, type StopInstanceOptions, type StopResult } from "./instance/stop-instance.js";
export type { MountInput } from "./mount/mount.js";
export type { ContainerOutcome, LostData, WithNotes } from "./run/container-outcome.js";
export type { Loss } from "./run/engine-words.js";
export { guarded, type GuardOptions } from "./run/guard.js";
export { runInContainer, type ContainerResult, type RunInContainerOptions } from "./run/run-in-container.js";
export { sweepLeftovers, type Leftover } from "./run/sweep-leftovers.js";
export { ensureImage, type EnsuredImage, type EnsureImageOptions } from "./store/ensure-image.js";
export { fromStore, type UnresolvedImage } from "./store/from-store.js";
export type { ImageRecord, StoredSif } from "./store/image-record.js";
export { imageStore, type ImageStore, type ImageStoreInput } from "./store/image-store.js";
export { listImages, type StoredImage } from "./store/list-images.js";
export { readImageLock, type ImageLock } from "./store/lock/image-lock.js";
export { lockImages, type LockedImage, type LockImagesOptions } from "./store/lock/lock-images.js";
export type { RegistryCredentials } from "./store/registry/registry-credentials.js";
export type { SignedBy } from "./store/signature.js";
export type { StoredSource } from "./store/stored-source.js";
export { verifyImage, type ImageVerification, type VerifyImageOptions } from "./store/verify-image.js";
export { schedulerVariables, type PassedVariable } from "./variable/passed-variables.js";
