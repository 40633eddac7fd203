import type { CopyProgress, TargetInfo } from "@hpckit/core";

/** What every event says. All of it is plain data, with the secrets that the transport was handed replaced by `[secret]`. */
export interface EventOrigin {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** One transport, with all that act as other accounts over it. */
  readonly transportId: string;
  /** Where it leads, and as which account. */
  readonly target: TargetInfo;
}

/** An error as an event tells it. */
export interface EventError {
  /** Its class, e.g. `TransportError`. */
  readonly name: string;
  /** E.g. `connection-lost`; errors of others may have none. */
  readonly code: string | undefined;
  /** In full, as it was thrown. */
  readonly message: string;
}

/** Ties together what is said of one call, from its beginning to its end. */
export interface OperationRef {
  /** Unique in this program: the id of the transport, a hyphen and a number. */
  readonly operationId: string;
}

/** How a call ended. With an `error`, what it says of results is missing. */
export interface OperationEnded extends OperationRef {
  /** Milliseconds from the call to its end, waits for its turn included. */
  readonly durationMs: number;
  /** What the call is rejected with. */
  readonly error?: EventError | undefined;
}

/** Marks what several transports tell that share a connection. */
export interface SharedRef {
  /**
   * Another transport of this program tells the same as its own, or will: this one has not logged in, and where it is closed the connection goes on.
   * Events without it count each login and each connection once.
   */
  readonly shared?: true | undefined;
}

/** Ties together what is said of one connection, and how often it was tried. */
export interface ConnectionRef extends SharedRef {
  /** New with each attempt, and for each transport. */
  readonly connectionId: string;
  /** 1 for the first; more where a lost connection is made again. */
  readonly attempt: number;
}

/** What is known of commands before they run. */
export interface CommandBegun extends OperationRef {
  /** Which method of the transport was called. */
  readonly operation: "exec" | "stream" | "batch";
  /** Of a batch, of its first command. Long words are cut. */
  readonly argv: readonly string[];
  /** How many commands; more than one only in a batch. */
  readonly commands: number;
  /** Folder in which the command is to start, as it was given; none for where the login starts. */
  readonly cwd?: string | undefined;
  /** Names alone. */
  readonly env?: readonly string[] | undefined;
  /** Bytes of its standard input. */
  readonly stdinBytes: number;
}

/** How commands ended. */
export interface CommandEnded extends OperationEnded {
  /** As at its beginning, and so is `argv`. */
  readonly operation: CommandBegun["operation"];
  /** The words of the command; long ones are cut. */
  readonly argv: readonly string[];
  /** What it has exited with; neither this nor `signal` of a batch. */
  readonly exitCode?: number | undefined;
  /** Name of the signal that has ended it, e.g. `SIGKILL`. */
  readonly signal?: string | undefined;
  /** Bytes of its standard output; of a batch, of all together. */
  readonly stdoutBytes?: number | undefined;
  /** Of a batch: how many of its commands have ended. */
  readonly ended?: number | undefined;
  /** Of a batch: how many of those that have ended did not with 0. */
  readonly failed?: number | undefined;
}

/** A call about one file or folder over there. */
export interface FileBegun extends OperationRef {
  /** Which method of the transport was called. */
  readonly operation: "readFile" | "writeFile" | "stat" | "list" | "mkdir" | "remove" | "rename";
  /** As it was given; of bytes that are not UTF-8 the text that comes closest. So are all paths of events. */
  readonly path: string;
  /** Of `rename`. */
  readonly to?: string | undefined;
}

/** An upload or a download. */
export interface CopyBegun extends OperationRef {
  /** An `upload` leads from this machine over there, a `download` the other way. */
  readonly operation: "upload" | "download";
  /** Path of the original. */
  readonly from: string;
  /** Path of the copy. */
  readonly to: string;
}

/** A folder that is made as another one is. */
export interface SyncBegun extends OperationRef {
  /** `up`: the folder over there becomes as the one here is; `down`: the other way round. */
  readonly direction: "up" | "down";
  /** Path of the folder that is read. */
  readonly from: string;
  /** Path of the folder that is written to. */
  readonly to: string;
}

/** A connection that is made from over there. */
export interface ForwardBegun extends OperationRef {
  /** `host:port`, or the path of a socket. */
  readonly address: string;
}

/** What each kind of event says beside {@link EventOrigin}. The part before the hyphen is its topic. */
export interface EventBodies {
  /** Before the first byte; the sign-in, and the check of the machine, belong to it. */
  "connection-opening": ConnectionRef;
  /** Signed in, and fit for commands. */
  "connection-opened": ConnectionRef & {
    /** Milliseconds since `connection-opening`. */
    readonly durationMs: number;
    /** Fingerprint of the key that the host has shown, as ssh prints it, where this side sees it. */
    readonly hostKey?: string | undefined;
  };
  /** An attempt has failed after `durationMs` milliseconds: nobody answers, or the host's key or the sign-in was refused. */
  "connection-refused": ConnectionRef & { readonly durationMs: number; readonly error: EventError };
  /** Not by this side. Calls that were under way end with the same error. */
  "connection-lost": ConnectionRef & { readonly error: EventError };
  /** By this side, in order. */
  "connection-closed": ConnectionRef;

  /** A login to `account` (`user@host`, with a port other than 22) waits `waitMs` milliseconds: for another one to the same account to end (then nobody knows how long), for the budget of logins, or after a failure. */
  "login-waiting": SharedRef & { readonly reason: "turn" | "budget" | "back-off"; readonly account?: string | undefined; readonly waitMs?: number | undefined };
  /** One has ended, to the target or to a host on the way. `inLastMinute`: of the logins of this program to the account those that have reached the server. */
  "login-ended": SharedRef & { readonly account: string; readonly inLastMinute: number; readonly error?: EventError | undefined };
  /** After so many failures in a row none is tried for `forMs` milliseconds. */
  "login-suspended": SharedRef & { readonly failures: number; readonly forMs: number };
  /** The server `host`, which may be a jump host, asks the person; an answer is in no event. */
  "login-asked": SharedRef & { readonly host: string; readonly prompts: readonly string[] };
  /** The person has answered after `durationMs` milliseconds; whether rightly, the connection's next event tells. */
  "login-answered": SharedRef & { readonly durationMs: number };

  /** Whether sudo lets the account act as another one, with the first command as that one. */
  "account-begun": OperationRef;
  /** It does, or with the error it does not. */
  "account-ended": OperationEnded;

  /** One command more would be more than `perMinute` a minute (`manners`): it waits `waitMs` milliseconds. */
  "command-waiting": { readonly waitMs: number; readonly perMinute: number };
  /** A call of exec, stream or batch; it may still wait for its turn. */
  "command-begun": CommandBegun;
  /** With how the command ended, or with the error of the call. */
  "command-ended": CommandEnded;
  /** A call about one file or folder over there. */
  "file-begun": FileBegun;
  /** `bytes`: of content that was read or written. */
  "file-ended": FileBegun & OperationEnded & { readonly bytes?: number | undefined };
  /** An upload or a download, of a file or a folder. */
  "copy-begun": CopyBegun;
  /** Not more than once a second. */
  "copy-progressed": OperationRef & CopyProgress;
  /** `bytes` and `sha256` as the result has them. */
  "copy-ended": CopyBegun & OperationEnded & { readonly bytes?: number | undefined; readonly sha256?: string | undefined };
  /** A folder is made like another one. */
  "sync-begun": SyncBegun;
  /** How many entries the plan copies and removes, how many of these had changed since and stay (`outdated`), and the bytes of its files. */
  "sync-ended": SyncBegun & OperationEnded & { readonly copied?: number | undefined; readonly removed?: number | undefined; readonly outdated?: number | undefined; readonly bytes?: number | undefined };
  /** A connection from over there, to a port or a socket. */
  "forward-begun": ForwardBegun;
  /** It stands, or with the error there is none. */
  "forward-ended": ForwardBegun & OperationEnded;
}

/** What has happened. */
export type EventKind = keyof EventBodies;

/** What has happened on a transport, told by its `kind`. The names are stable; new kinds and new fields may come. */
export type TransportEvent<Kind extends EventKind = EventKind> = { [Each in Kind]: EventOrigin & { readonly kind: Each } & EventBodies[Each] }[Kind];

/** An event without what all have in common. */
export type EventToTell = { readonly [Kind in EventKind]: { readonly kind: Kind } & EventBodies[Kind] }[EventKind];

/** What events are about: each topic has a channel, `hpckit:transport:TOPIC`. */
export type EventTopic = EventKind extends infer Kind ? (Kind extends `${infer Topic}-${string}` ? Topic : never) : never;

/** Topics whose events come in pairs, of one call each. */
export type OperationTopic = Exclude<EventTopic, "connection" | "login">;
