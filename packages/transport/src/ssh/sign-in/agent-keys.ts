import type { AgentClient, AgentKey } from "./agent-client.js";
import { parseCertificate } from "./certificate.js";
import { certified, fittingCertificates } from "./certified-keys.js";
import { agentKeyAttempt, type KeyAttempt } from "./key-attempt.js";
import { loadPublicKey } from "./load-key.js";
import { sshReader } from "./ssh-string.js";

/** Types of keys that can sign here; security keys cannot. */
const usable = new Set(["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"]);
const typeOf = (blob: Buffer): string => sshReader(blob).string().toString("latin1");

/** What an agent holds, as it can be offered. */
export function attemptsOfAgent(agent: AgentClient, held: readonly AgentKey[], user: string): readonly KeyAttempt[] {
  return held.flatMap(({ blob, comment }) => {
    const certificate = parseCertificate(blob);
    if (certificate !== undefined) return [certified({ name: `the certificate ${comment} of the agent`, certificate }, user, (data) => agent.sign(blob, data))];
    return usable.has(typeOf(blob)) ? [agentKeyAttempt(`the key ${comment} of the agent`, agent, blob)] : [];
  });
}

/**
 * One key of an agent, behind its certificates: those that the agent holds, then those of files. Nothing, if the agent does not hold it.
 * @throws TransportError `authentication-failed` if there is no such file.
 */
export async function attemptsOfKey(agent: AgentClient, held: readonly AgentKey[], publicKeyFile: string, user: string, certificateFiles: readonly string[] = []): Promise<readonly KeyAttempt[]> {
  const wanted = await loadPublicKey(publicKeyFile);
  const key = held.filter(({ blob }) => blob.equals(wanted));
  if (parseCertificate(wanted) !== undefined) return attemptsOfAgent(agent, key, user);
  const certificates = held.filter(({ blob }) => parseCertificate(blob)?.publicKey.equals(wanted));
  const ofFiles = key.length === 0 ? [] : await fittingCertificates([...certificateFiles, publicKeyFile.replace(/(?:\.pub)?$/, "-cert.pub")], wanted);
  return [...attemptsOfAgent(agent, certificates, user), ...ofFiles.map((each) => certified(each, user, (data) => agent.sign(wanted, data))), ...attemptsOfAgent(agent, key, user)];
}
