import type { Duplex } from "node:stream";
import type { Agent, ClientRequest } from "node:http";

export interface AgentOptions {
  /** Opens one connection. */
  readonly open: () => Promise<Duplex>;
  /** How long a connection may lie idle before it is closed, in milliseconds. 0: each serves one request. */
  readonly idleMs: number;
}

/** What a socket of this machine has, and a connection through another does not. */
type Referenced = Duplex & { ref?(): void; unref?(): void };

/** An agent of node:http over any connection; node:http itself is loaded only here. */
export async function createAgent({ open, idleMs }: AgentOptions): Promise<Agent> {
  const { Agent: HttpAgent } = await import("node:http");
  const idle = new WeakMap<object, NodeJS.Timeout>();

  class DuplexAgent extends HttpAgent {
    override createConnection(_options: unknown, callback?: (error: Error | null, stream: Duplex) => void): undefined {
      open().then(
        (stream) => callback?.(null, stream),
        // The stream is not looked at beside an error.
        (error: unknown) => callback?.(error as Error, undefined as never),
      );
    }

    /** An idle connection neither holds the process nor, for long, one of the few channels of a login. */
    override keepSocketAlive(stream: Duplex): boolean {
      if (idleMs === 0 || stream.destroyed || !stream.writable) return false;
      (stream as Referenced).unref?.();
      idle.set(stream, setTimeout(() => stream.destroy(), idleMs).unref());
      return true;
    }

    override reuseSocket(stream: Duplex, request: ClientRequest): void {
      request.reusedSocket = true;
      clearTimeout(idle.get(stream));
      (stream as Referenced).ref?.();
    }
  }
  return new DuplexAgent({ keepAlive: idleMs > 0 });
}
