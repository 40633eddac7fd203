import type { Duplex } from "node:stream";
import type { Agent, ClientRequest, RequestOptions } from "node:http";
import type { Cancellable } from "@hpckit/core";

export interface AgentOptions {
  /** Opens one connection; given up with the request that needs it. */
  readonly open: (options: Cancellable) => Promise<Duplex>;
  /** How long a connection may lie idle before it is closed, in milliseconds. 0: each serves one request. */
  readonly idleMs: number;
}

/** Options of a request by such an agent; node:http keeps its own `signal` to itself. */
export interface AgentRequestOptions extends RequestOptions {
  readonly giveUp: AbortSignal;
}

/** What node:http takes for granted: a socket of this machine has it, and a connection through another does not. */
type Referenced = Duplex & { ref(): void; unref(): void };

function referenced(stream: Duplex): Referenced {
  const nothing = (): void => undefined;
  return "ref" in stream && "unref" in stream ? (stream as Referenced) : Object.assign(stream, { ref: nothing, unref: nothing });
}

/** An agent of node:http over any connection; node:http itself is loaded only here. */
export async function createAgent({ open, idleMs }: AgentOptions): Promise<Agent> {
  const { Agent: HttpAgent } = await import("node:http");
  const idle = new WeakMap<object, NodeJS.Timeout>();

  class DuplexAgent extends HttpAgent {
    override createConnection({ giveUp }: Partial<AgentRequestOptions>, callback?: (error: Error | null, stream: Duplex) => void): undefined {
      open({ signal: giveUp }).then(
        (stream) => callback?.(null, referenced(stream)),
        // The stream is not looked at beside an error.
        (error: unknown) => callback?.(error as Error, undefined as never),
      );
    }

    /** An idle connection neither holds the process nor, for long, one of the few channels of a login. */
    override keepSocketAlive(stream: Duplex): boolean {
      if (idleMs === 0 || stream.destroyed || !stream.writable) return false;
      referenced(stream).unref();
      idle.set(stream, setTimeout(() => stream.destroy(), idleMs).unref());
      return true;
    }

    override reuseSocket(stream: Duplex, request: ClientRequest): void {
      clearTimeout(idle.get(stream));
      super.reuseSocket(referenced(stream), request);
    }
  }
  // Asked to close the connection, slurmrestd 24.11.5 writes that header once more behind the body: we close it ourselves.
  return new DuplexAgent({ keepAlive: true });
}
