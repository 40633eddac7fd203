import { execa } from "execa";

/** An ssh-agent of its own. */
export interface Agent extends AsyncDisposable {
  readonly socketPath: string;
  /** With its certificate, if one stands beside it. */
  add(privateKeyFile: string): Promise<void>;
}

export async function startAgent(socketPath: string): Promise<Agent> {
  const { stdout } = await execa("ssh-agent", ["-s", "-a", socketPath]);
  const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1]);
  return {
    socketPath,
    async add(privateKeyFile) {
      await execa("ssh-add", ["-q", privateKeyFile], { env: { SSH_AUTH_SOCK: socketPath } });
    },
    async [Symbol.asyncDispose]() {
      process.kill(pid);
    },
  };
}
