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
  readonly operationId: string;
}

/** How a call ended. With an `error`, what it says of results is missing. */
export interface OperationEnded extends OperationRef {
  readonly durationMs: number;
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
  readonly operation: "exec" | "stream" | "batch";
  /** Of a batch, of its first command. Long words are cut. */
  readonly argv: readonly string[];
  /** How many commands; more than one only in a batch. */
  readonly commands: number;
  readonly cwd?: string | undefined;
  /** Names alone. */
  readonly env?: readonly string[] | undefined;
  readonly stdinBytes: number;
}

/** How commands ended. */
export interface CommandEnded extends OperationEnded {
  readonly operation: CommandBegun["operation"];
  readonly argv: readonly string[];
  /** Of a batch, neither. */
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly stdoutBytes?: number | undefined;
  /** Commands that have ended; how many of them not with 0. */
  readonly ended?: number | undefined;
  readonly failed?: number | undefined;
}

/** A call about one file or folder over there. */
export interface FileBegun extends OperationRef {
  readonly operation: "readFile" | "writeFile" | "stat" | "list" | "mkdir" | "remove" | "rename";
  readonly path: string;
  /** Of `rename`. */
  readonly to?: string | undefined;
}

/** An upload or a download. */
export interface CopyBegun extends OperationRef {
  readonly operation: "upload" | "download";
  readonly from: string;
  readonly to: string;
}

/** A folder that is made as another one is. */
export interface SyncBegun extends OperationRef {
  readonly direction: "up" | "down";
  readonly from: string;
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
    readonly durationMs: number;
    /** Fingerprint of the key that the host has shown, as ssh prints it, where this side sees it. */
    readonly hostKey?: string | undefined;
  };
  /** An attempt has failed: nobody answers, or the host's key or the sign-in was refused. */
  "connection-refused": ConnectionRef & { readonly durationMs: number; readonly error: EventError };
  /** Not by this side. Calls that were under way end with the same error. */
  "connection-lost": ConnectionRef & { readonly error: EventError };
  /** By this side, in order. */
  "connection-closed": ConnectionRef;

  /** A login waits: for another one to the same account to end (then nobody knows how long), for the budget of logins, or after a failure. */
  "login-waiting": SharedRef & { readonly reason: "turn" | "budget" | "back-off"; readonly account?: string | undefined; readonly waitMs?: number | undefined };
  /** One has ended, to the target or to a host on the way. `inLastMinute`: of the logins of this program to the account those that have reached the server. */
  "login-ended": SharedRef & { readonly account: string; readonly inLastMinute: number; readonly error?: EventError | undefined };
  /** After so many failures none is tried for a while. */
  "login-suspended": SharedRef & { readonly failures: number; readonly forMs: number };
  /** The server asks the person; an answer is in no event. */
  "login-asked": SharedRef & { readonly host: string; readonly prompts: readonly string[] };
  /** The person has answered; whether rightly, the connection's next event tells. */
  "login-answered": SharedRef & { readonly durationMs: number };

  /** Whether sudo lets the account act as another one, with the first command as that one. */
  "account-begun": OperationRef;
  /** It does, or with the error it does not. */
  "account-ended": OperationEnded;

  /** One command more would be too many a minute (`manners`): it waits. */
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
