import type { BaseAgent } from "ssh2";

/**
 * An agent that offers one of its keys: a server counts every key offered as a failed attempt, and hangs up after a few.
 * @param publicKey - the public half of that key, as in a `.pub` file.
 */
export async function oneKeyOfAgent(socketPath: string, publicKey: Buffer): Promise<BaseAgent> {
  const { default: ssh2 } = await import("ssh2");
  const wanted = ssh2.utils.parseKey(publicKey);
  if (wanted instanceof Error) throw wanted;
  const agent = new ssh2.OpenSSHAgent(socketPath);
  const blob = wanted.getPublicSSH();
  const offerAll = agent.getIdentities.bind(agent);
  agent.getIdentities = (callback) =>
    offerAll((error, keys = []) => {
      if (error instanceof Error) callback(error);
      else callback(null, keys.filter((key) => "getPublicSSH" in key && key.getPublicSSH().equals(blob)));
    });
  return agent;
}
