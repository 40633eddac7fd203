import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { AgentIdentity, IdentityOptions } from "../identity-options.js";
import type { SshLogin, UsualKeys } from "../ssh-login.js";
import { agentClient } from "./agent-client.js";
import { attemptsOfAgent, attemptsOfKey } from "./agent-keys.js";
import { privateKeyAttempts } from "./certified-keys.js";
import type { KeyAttempt } from "./key-attempt.js";
import { unusable } from "./load-key.js";

/** Keys and certificates to offer, in order, and why others are not among them. */
export interface KeyAttempts {
  readonly attempts: readonly KeyAttempt[];
  readonly passedOver: readonly string[];
}

/** @throws TransportError `authentication-failed` for a key that the caller names and that cannot be used. */
export async function keyAttempts({ identity, user, methods }: Pick<SshLogin, "identity" | "user" | "methods">): Promise<KeyAttempts> {
  if (!methods.has("publickey")) return { attempts: [], passedOver: [] };
  return "files" in identity ? usualAttempts(identity, user) : { attempts: await namedAttempts(identity, user), passedOver: [] };
}

async function namedAttempts({ privateKey, agent }: IdentityOptions, user: string): Promise<readonly KeyAttempt[]> {
  return [...(privateKey === undefined ? [] : await privateKeyAttempts(privateKey, user)), ...(agent === undefined ? [] : await namedAgentAttempts(agent, user))];
}

async function namedAgentAttempts({ socketPath = process.env["SSH_AUTH_SOCK"], publicKeyFile }: AgentIdentity, user: string): Promise<readonly KeyAttempt[]> {
  if (socketPath === undefined || socketPath === "") throw unusable("no ssh agent: SSH_AUTH_SOCK is not set; start one with ssh-agent, or give its socketPath");
  const agent = agentClient(socketPath);
  const held = await agent.list().catch((cause: unknown) => {
    throw unusable((cause as Error).message, cause);
  });
  const attempts = publicKeyFile === undefined ? attemptsOfAgent(agent, held, user) : await attemptsOfKey(agent, held, publicKeyFile, user);
  if (attempts.length > 0) return attempts;
  throw unusable(publicKeyFile === undefined ? "the agent holds no key that can be offered: add one with ssh-add" : `the agent does not hold the key of ${publicKeyFile}: add it with ssh-add`);
}

/** ssh looks for keys under many names; that most are not there is worth no word. */
const isUsual = (file: string): boolean => /^id_[a-z0-9_]+$/.test(basename(file)) && dirname(file) === join(homedir(), ".ssh");
const isMissing = ({ cause }: Error): boolean => (cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT";

/** As ssh: for each file its certificates and its key, by the agent if that holds it; then the agent's others. */
async function usualAttempts({ files, certificateFiles, agentSocket, onlyThese }: UsualKeys, user: string): Promise<KeyAttempts> {
  const agent = agentSocket === undefined || agentSocket === "" ? undefined : agentClient(agentSocket);
  const passedOver: string[] = [];
  const passOver = (error: unknown): readonly [] => {
    passedOver.push((error as Error).message);
    return [];
  };
  const passOverFile = (file: string) => (error: Error): readonly [] => (isUsual(file) && isMissing(error) ? [] : passOver(error));
  const held = agent === undefined ? [] : await agent.list().catch(passOver);
  const attempts: KeyAttempt[] = [];
  for (const file of files) {
    const publicKeyFile = file.endsWith(".pub") ? file : `${file}.pub`;
    const ofAgent = agent === undefined ? [] : await attemptsOfKey(agent, held, publicKeyFile, user, certificateFiles).catch(() => []);
    attempts.push(...(ofAgent.length > 0 ? ofAgent : await privateKeyAttempts({ file }, user, certificateFiles).catch(passOverFile(file))));
  }
  if (agent !== undefined && !onlyThese) attempts.push(...attemptsOfAgent(agent, held, user));
  const seen = new Set<string>();
  return { attempts: attempts.filter(({ offered }) => seen.size < seen.add(offered.toString("base64")).size), passedOver };
}
