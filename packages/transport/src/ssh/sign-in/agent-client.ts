import { createConnection } from "node:net";
import { sshReader, sshString, type SshReader } from "./ssh-string.js";

/** One key of an agent, or one certificate. */
export interface AgentKey {
  /** As it travels. */
  readonly blob: Buffer;
  readonly comment: string;
}

/** An ssh-agent. ssh2 knows one, too, but passes over certificates. */
export interface AgentClient {
  list(): Promise<readonly AgentKey[]>;
  /** Signs as it travels: the algorithm, then the signature. */
  sign(blob: Buffer, data: Buffer): Promise<Buffer>;
}

const [requestIdentities, identitiesAnswer, signRequest, signResponse] = [11, 12, 13, 14];
const rsaSha512 = 4;
/** An agent may ask its user first, with a window or a touch; this one is dead. */
const answerMs = 60_000;
const longestAnswer = 256 * 1024;

/** @see draft-ietf-sshm-ssh-agent */
export function agentClient(socketPath: string): AgentClient {
  const ask = async (message: Buffer, expected: number): Promise<SshReader> => {
    const answer = await exchange(socketPath, sshString(message));
    if (answer[0] !== expected) throw new Error("the agent refuses: is it locked, or was the question of its user denied?");
    return sshReader(answer.subarray(1));
  };
  return {
    async list() {
      const reader = await ask(Buffer.of(requestIdentities), identitiesAnswer);
      const keys: AgentKey[] = [];
      for (let left = reader.uint32(); left > 0; left--) keys.push({ blob: reader.string(), comment: reader.string().toString("utf8") });
      return keys;
    },
    async sign(blob, data) {
      // Of no meaning for keys other than RSA.
      const flags = Buffer.of(0, 0, 0, rsaSha512);
      return (await ask(Buffer.concat([Buffer.of(signRequest), sshString(blob), sshString(data), flags]), signResponse)).string();
    },
  };
}

/** One question on a connection of its own. */
function exchange(socketPath: string, message: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path: socketPath });
    let received = Buffer.alloc(0);
    const fail = (why: string): void => {
      socket.destroy();
      reject(new Error(`the agent at ${socketPath} ${why}`));
    };
    socket.setTimeout(answerMs, () => fail("does not answer"));
    socket.on("error", (error) => fail(`cannot be asked: ${error.message}`));
    socket.on("close", () => fail("closed the connection"));
    socket.on("data", (piece: Buffer) => {
      received = Buffer.concat([received, piece]);
      if (received.length < 4) return;
      const length = received.readUInt32BE();
      if (length === 0 || length > longestAnswer) fail("answers nonsense");
      else if (received.length >= 4 + length) {
        resolve(received.subarray(4, 4 + length));
        socket.destroy();
      }
    });
    socket.write(message);
  });
}
