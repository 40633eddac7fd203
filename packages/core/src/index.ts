export { onAbort } from "./abort/on-abort.js";
export { quietCallback, quietly } from "./callback/quietly.js";
export { systemClock, type Clock } from "./clock/clock.js";
export { longestTimerMs } from "./clock/longest-timer.js";
export {
  AbortedError,
  CommandFailedError,
  HpckitError,
  OptionsError,
  OutputUnreadableError,
  PathRefusedError,
  TimeoutError,
  TransportError,
  type ErrorOptions,
  type OptionsIssue,
  type TransportFault,
} from "./error/index.js";
export { applyPrune, type FailedPrune, type PruneResult } from "./content-folder/apply-prune.js";
export { contentFolderExit, type ContentFolder, type MakeContentFolder } from "./content-folder/content-folder.js";
export { folderFunctions } from "./content-folder/folder-functions.js";
export { isContentFolderName, isFolderOf, newMakerId } from "./content-folder/folder-name.js";
export { listContentFolders, type ContentFolderEntry, type ContentFolderState } from "./content-folder/list-folders.js";
export type { LiveUses, LiveWork } from "./content-folder/live-work.js";
export { planPrune, type KeptFolder, type PruneOptions, type PrunePlan } from "./content-folder/plan-prune.js";
export { renderDiscard } from "./content-folder/render-discard.js";
export { renderFindFolder } from "./content-folder/render-find.js";
export { renderMake } from "./content-folder/render-make.js";
export { renderRoot } from "./content-folder/render-root.js";
export type { Finding, FindingSeverity } from "./doctor/finding.js";
export { formatFindings } from "./doctor/format-findings.js";
export type { Brand } from "./identifier/brand.js";
export type { CarriedSecret } from "./launch/carry-secrets.js";
export { applyLayers, compose, prepare, type ComposeOptions } from "./launch/compose.js";
export { enter, type EnteredLaunch } from "./launch/enter.js";
export type {
  AppendFolder,
  Boundary,
  Dialect,
  FragmentScope,
  HostPath,
  Launch,
  LaunchLayer,
  PrependFolder,
  Recipe,
  ResolveOptions,
  ScriptFragment,
  SetupStep,
  SetVariable,
  UnresolvedLayer,
} from "./launch/launch.js";
export { addingLayer, fragment, needing, setVariable, type FragmentOptions } from "./launch/layers.js";
export { renderScript, type RenderedScript, type RenderScriptOptions } from "./launch/render-script.js";
export { runChild } from "./launch/supervise.js";
export { run, stream, toCommand, type Command } from "./launch/run-launch.js";
export { callbackSchema } from "./option/callback-schema.js";
export { cancellableShape } from "./option/cancellable-shape.js";
export { closeMatch } from "./option/close-match.js";
export { millisecondsFrom, millisecondsSchema, timeLimitSchema } from "./option/time-limit-schemas.js";
export { parseOptions } from "./option/parse-options.js";
export { durationSchema, memorySizeSchema } from "./option/unit-schemas.js";
export { redact } from "./secret/redact.js";
export { Secret, secret } from "./secret/secret.js";
export { quoteCsh, quoteFish } from "./shell/other-shells.js";
export { lines, sh, type ShellValue } from "./shell/sh.js";
export { namesBeginning } from "./shell/names-beginning.js";
export { isKeptByShells, refusedVariable, variableName } from "./shell/variable-name.js";
export { wayOut } from "./shell/way-out.js";
export { commandSchema, wordSchema } from "./shell/word-schema.js";
export { commandLine, expand, joinWords, quote, raw, type ShellExpression, type Word } from "./shell/word.js";
export { excerptOf } from "./text/excerpt.js";
export { linesOf } from "./transport/lines-of.js";
export { requireTransport } from "./transport/require-transport.js";
export { filePolicySchema, groupFiles, secretFiles, type FilePolicy } from "./transport/file-policy.js";
export type {
  BatchOptions,
  Cancellable,
  ConnectAddress,
  CopyOptions,
  CopyProgress,
  CopyResult,
  ExecOptions,
  ExecResult,
  ExecStream,
  FileInfo,
  FileKind,
  FolderEntry,
  MakeFolderOptions,
  RemotePath,
  RemoveOptions,
  StreamOptions,
  TargetInfo,
  Transport,
  Verify,
  WriteFileOptions,
} from "./transport/transport.js";
export { formatSlurmTime, parseDuration, parseSlurmTime, type Duration, type DurationInput } from "./unit/duration.js";
export { formatSlurmMemory, parseMemorySize, type MemorySize, type MemorySizeInput } from "./unit/memory-size.js";
