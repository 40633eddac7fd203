import type { Duplex } from "node:stream";
import type { Secret } from "../secret/secret.js";
import type { FilePolicy } from "./file-policy.js";

/** A path over there: text, or bytes where a name is not UTF-8. */
export type RemotePath = string | Uint8Array;

/** What every call that can take long accepts. */
export interface Cancellable {
  /** Ends the call, and over there the whole process group behind it. */
  readonly signal?: AbortSignal | undefined;
}

export interface ExecOptions extends Cancellable {
  /** Folder in which the command starts; by default where the login starts. */
  readonly cwd?: string | undefined;
  /** Added to the environment over there. Never in the arguments of any process. */
  readonly env?: Readonly<Record<string, string | Secret>> | undefined;
  /** The command's standard input; by default empty. */
  readonly stdin?: string | Uint8Array | undefined;
  /** Milliseconds after which the command is ended and `TimeoutError` is thrown; at most 2^31 − 1, or `Infinity` for no limit (default). */
  readonly timeoutMs?: number | undefined;
  /** Throw {@link CommandFailedError} unless the command exits with 0. */
  readonly check?: boolean | undefined;
  /** Bytes of stdout and of stderr that are kept at most (default 64 MiB each); more is an `output-too-large` error. */
  readonly maxOutputBytes?: number | undefined;
}

export interface BatchOptions extends Omit<ExecOptions, "stdin"> {
  /** Stop at the first command that does not exit with 0, and throw {@link CommandFailedError}. */
  readonly check?: boolean | undefined;
  /** Told of each result, in order, as soon as it is whole: what had ended is known also if the batch is cut. */
  readonly onResult?: ((result: ExecResult, index: number) => void) | undefined;
}

/**
 * How a command ended. Either `exitCode` or `signal` is known, never guessed; only after a {@link Transport.batch} can both be
 * undefined, where a shell cannot tell the exit codes 130 and 141 from a death by SIGINT and SIGPIPE. Then `ok` is false.
 */
export interface ExecResult {
  readonly argv: readonly string[];
  readonly exitCode: number | undefined;
  /** Name of the signal that ended it, e.g. `SIGKILL`. */
  readonly signal: string | undefined;
  /** Exit code 0. */
  readonly ok: boolean;
  /** Decoded as UTF-8; `stdoutBytes` has what was really printed. */
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Uint8Array;
  readonly durationMs: number;
}

export interface StreamOptions extends Omit<ExecOptions, "stdin"> {
  /**
   * The command's standard input; by default empty. One that comes in pieces is handed on as they come, and ends with the last. What it throws ends
   * the command, and so does a connection that is lost before the last: half an input is never taken for all of it.
   */
  readonly stdin?: string | Uint8Array | AsyncIterable<string | Uint8Array> | undefined;
  /** Gets stderr as it comes, decoded as UTF-8, in pieces of any size; the result then has none. */
  readonly onStderr?: ((text: string) => void) | undefined;
}

/** Text as it arrives, in pieces of any size. Leaving the loop early ends the command over there. */
export interface ExecStream extends AsyncIterable<string> {
  /** What was printed, byte for byte, for what is no text. In place of the loop over text. */
  bytes(): AsyncIterable<Uint8Array>;
  /**
   * How it ended; `stdout` is empty there, it went through the loop. Without a loop a command that prints anything waits for its reader,
   * and never ends: for the outcome alone there is {@link Transport.exec}.
   */
  readonly result: Promise<ExecResult>;
}

export type FileKind = "file" | "folder" | "symlink" | "other";

export interface FileInfo {
  readonly kind: FileKind;
  readonly sizeBytes: number;
  /** Permission bits with setuid, setgid and sticky, e.g. `0o2775`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch. */
  readonly modifiedAtSeconds: number;
}

export interface FolderEntry extends FileInfo {
  readonly name: RemotePath;
}

export interface WriteFileOptions extends Cancellable {
  readonly policy?: FilePolicy | undefined;
}

export interface MakeFolderOptions extends Cancellable {
  /** Make what is missing above it too, and accept that it is there. */
  readonly recursive?: boolean | undefined;
  readonly policy?: FilePolicy | undefined;
}

export interface RemoveOptions extends Cancellable {
  /** Remove a folder with all that is in it, without leaving its file system or following a link. */
  readonly recursive?: boolean | undefined;
}

export interface CopyProgress {
  /** What the copy has so far, holes and `resumedBytes` included. */
  readonly transferredBytes: number;
  readonly totalBytes: number;
  /** With `resume`: what an earlier call had brought, and did not have to travel again. */
  readonly resumedBytes?: number | undefined;
}

/**
 * How a copy is compared with its original before it gets its name. The size always is. `full`: the digest of the whole, which
 * costs the far side's processor as much as the transfer itself; `sampled`: the digest of some of it, the first and the last bytes
 * among them; `size`: no more than that. What travels is protected by the connection in any case.
 */
export type Verify = "full" | "sampled" | "size";

/**
 * Who may read and write a copy: as `policy` says; else as the file that it replaces; else as its original, without setuid, setgid and
 * sticky bits.
 */
export interface CopyOptions extends Cancellable {
  readonly policy?: FilePolicy | undefined;
  /**
   * Of a file; by default `full` up to 64 MiB, and `sampled` beyond. Of a folder the number of its entries and the bytes of its files
   * are compared, as an upload unpacks it; with `full` every name, digest, link target, mode and time, in both directions.
   */
  readonly verify?: Verify | undefined;
  /**
   * Keep the times of change of files and folders, to the second at least (default). `false` gives them the time of the copy, e.g. where
   * a site removes what has not changed for long.
   */
  readonly times?: boolean | undefined;
  /**
   * Symbolic links below a folder: they stay links, wherever they lead to (`keep`, the default), or the copy fails with
   * {@link PathRefusedError} (`refuse`). The path that is copied is followed if it is a link itself.
   */
  readonly links?: "keep" | "refuse" | undefined;
  /**
   * Of a file of more than 8 MiB: when the call fails, keep what has arrived, in a file `.hpckit-….part` beside the target; and continue
   * what an earlier call with `resume` has left there of the same original (path, size, time of change, inode) for the same target, after the digest of
   * each block of it was compared. What it has left of other originals, or of an older state, is removed. Of two such calls at the same time
   * the later takes over, and the earlier fails.
   */
  readonly resume?: boolean | undefined;
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
}

/** What was copied, with the digest of what this side read or wrote. */
export interface CopyResult {
  readonly sizeBytes: number;
  /** SHA-256 in hex; of a folder, none. */
  readonly sha256: string | undefined;
}

/** Where a transport leads. */
export interface TargetInfo {
  readonly host: string;
  readonly user: string;
  readonly kind: "local" | "ssh";
}

/**
 * The one door through which hpckit acts: commands, files and connections on one machine, as one account.
 *
 * Guarantees, for every implementation (`describeTransport` in `@hpckit/transport/testing` tests them):
 * - arguments, environment and input arrive byte for byte, or the call is refused;
 * - a result is complete: a reply that was cut, or came with noise, is an error and never a success;
 * - a file under its final name is whole: it is written aside, synced and renamed;
 * - when a call ends by signal or time-out, what it started over there has been ended too.
 */
export interface Transport extends AsyncDisposable {
  readonly target: TargetInfo;

  /**
   * Runs one command. A non-zero exit is a result, unless `check` is set.
   * @throws {@link TransportError} if the outcome is not known; {@link CommandFailedError} with `check`;
   * {@link AbortedError}, {@link TimeoutError}; {@link OptionsError} for a word that cannot be passed.
   */
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;

  /**
   * Runs commands one after the other in one round trip: many small ones cost little more than one. Their standard input is
   * empty. Folder, environment, time-out and limits are those of all together.
   * @returns a result for each, as {@link exec} gives it.
   * @throws as {@link exec}; with an error, commands that `onResult` was not told of may or may not have run.
   */
  batch(commands: readonly (readonly string[])[], options?: BatchOptions): Promise<readonly ExecResult[]>;

  /** Runs one command and gives its stdout as it comes. */
  stream(argv: readonly string[], options?: StreamOptions): ExecStream;

  /** @throws {@link TransportError} `file-not-found`, `permission-denied` */
  readFile(path: RemotePath, options?: Cancellable): Promise<Uint8Array>;
  /** Replaces the file as a whole: readers see the old content or the new. Owner, group and mode of an old file are kept unless `policy` says otherwise. */
  writeFile(path: RemotePath, content: string | Uint8Array, options?: WriteFileOptions): Promise<void>;
  /** What is there, the link itself for a symbolic link; `undefined` if there is nothing. */
  stat(path: RemotePath, options?: Cancellable): Promise<FileInfo | undefined>;
  /** Entries of a folder, without `.` and `..`, in the order of their bytes. */
  list(path: RemotePath, options?: Cancellable): Promise<readonly FolderEntry[]>;
  mkdir(path: RemotePath, options?: MakeFolderOptions): Promise<void>;
  /** Nothing there is no error. */
  remove(path: RemotePath, options?: RemoveOptions): Promise<void>;
  /** Within one file system; replaces a file that is there. */
  rename(from: RemotePath, to: RemotePath, options?: Cancellable): Promise<void>;

  /** Copies a file or folder of this machine over there. The digest is checked before the final name exists. */
  upload(from: string, to: RemotePath, options?: CopyOptions): Promise<CopyResult>;
  /** Copies a file or folder from there to this machine, checked likewise. */
  download(from: RemotePath, to: string, options?: CopyOptions): Promise<CopyResult>;

  /**
   * A connection made from over there: to a port, or to a Unix socket. It ends only where the other side ends it; where the transport's own
   * connection is lost it fails, as a socket does, with an `error` event.
   */
  connect(address: ConnectAddress, options?: Cancellable): Promise<Duplex>;
}

export type ConnectAddress = { readonly host: string; readonly port: number } | { readonly socketPath: string };
