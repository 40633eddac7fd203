import type { ResultPromise } from "execa";
import { sshdProcesses } from "./sshd-processes.js";

/** How sshd is run: in a session of its own, its log on one stream. */
export const serverSettings = { reject: false, all: true, stdin: "ignore", detached: true } as const;

export type ServerProcess = ResultPromise<typeof serverSettings>;

/** An sshd, and what can be done to it. */
export interface RunningServer {
  /** What sshd has written so far. */
  log(): string;
  /** When somebody signed in, by `performance.now()`, as sshd has told so far. */
  readonly loginTimesMs: readonly number[];
  /** Kills the server with all its sessions at once, as a crash of the machine would; the commands in them are left alone. */
  kill(): Promise<void>;
  /** Starts a killed server again, on the same port and with the same keys. */
  restart(): Promise<void>;
  /** Stops the server with all its sessions: connections are taken, and nothing is answered. The commands go on. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

/** @param start - resolves once it listens. In an object, as a process is a promise of its end. */
export async function runServer(start: () => Promise<{ readonly process: ServerProcess }>): Promise<RunningServer> {
  let server = (await start()).process;
  let log = "";
  const loginTimesMs: number[] = [];

  const listen = (): void => {
    server.all.on("data", (piece: Buffer) => {
      const seen = log.lastIndexOf("\n") + 1;
      log += piece.toString("utf8");
      const lines = log.slice(seen, log.lastIndexOf("\n") + 1).split("\n");
      loginTimesMs.push(...lines.filter((line) => /^Accepted \S+ for /.test(line)).map(() => performance.now()));
    });
  };
  listen();

  async function signal(name: NodeJS.Signals): Promise<void> {
    // The listener comes first and opens no new session any more.
    for (const id of server.pid === undefined ? [] : await sshdProcesses(server.pid)) {
      try {
        process.kill(id, name);
      } catch {
        // It has ended in the meantime.
      }
    }
  }

  return {
    log: () => log,
    loginTimesMs,
    async kill() {
      await signal("SIGKILL");
      await server;
    },
    async restart() {
      server = (await start()).process;
      listen();
    },
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
  };
}
