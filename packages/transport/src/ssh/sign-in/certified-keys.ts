import type { PrivateKeyFile, PrivateKeyText } from "../identity-options.js";
import { certificateFault, type UserCertificate } from "./certificate.js";
import { certificateAttempt, privateKeyAttempt, signingWith, type KeyAttempt } from "./key-attempt.js";
import { keyName, loadCertificate, loadKey, unusable } from "./load-key.js";

/** A certificate, and where it is from. */
export interface NamedCertificate {
  readonly name: string;
  readonly certificate: UserCertificate;
}

/** A private key, behind its certificates. @throws TransportError `authentication-failed` for one that cannot be used. */
export async function privateKeyAttempts(privateKey: PrivateKeyFile | PrivateKeyText, user: string, certificateFiles: readonly string[] = []): Promise<readonly KeyAttempt[]> {
  const key = await loadKey(privateKey);
  const certificates = await certificatesOf(privateKey, key.getPublicSSH(), certificateFiles);
  return [...certificates.map((each) => certified(each, user, signingWith(key))), privateKeyAttempt(keyName(privateKey), key)];
}

/** The certificate that is named, which must fit; or else those that do. */
async function certificatesOf(privateKey: PrivateKeyFile | PrivateKeyText, publicKey: Buffer, others: readonly string[]): Promise<readonly NamedCertificate[]> {
  if (privateKey.certificateFile === undefined) return fittingCertificates([...others, ...("file" in privateKey ? [`${privateKey.file}-cert.pub`] : [])], publicKey);
  const certificate = await loadCertificate(privateKey.certificateFile);
  if (!certificate.publicKey.equals(publicKey)) throw unusable(`${privateKey.certificateFile}: the certificate of another key than ${keyName(privateKey)}`);
  return [{ name: privateKey.certificateFile, certificate }];
}

/** Of these files, those that hold a certificate of the key. */
export async function fittingCertificates(files: readonly string[], publicKey: Buffer): Promise<readonly NamedCertificate[]> {
  const found: NamedCertificate[] = [];
  for (const name of files) {
    const certificate = await loadCertificate(name).catch(() => undefined);
    if (certificate?.publicKey.equals(publicKey) === true) found.push({ name, certificate });
  }
  return found;
}

export const certified = ({ name, certificate }: NamedCertificate, user: string, sign: (data: Buffer) => Promise<Buffer>): KeyAttempt =>
  certificateAttempt(name, certificate, certificateFault(certificate, user, Date.now() / 1_000), sign);
