/** How a registry wants to be signed in to. */
export interface Challenge {
  readonly scheme: "basic" | "bearer";
  /** Of `bearer`: where a token is got, e.g. `realm`, `service`, `scope`. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Reads `WWW-Authenticate`. The first scheme that is known here counts.
 * @see RFC 9110, 11.6.1; the token authentication of the distribution registry
 */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  const [, scheme, rest = ""] = /\b(basic|bearer)(?:\s+(.*))?$/is.exec(header ?? "") ?? [];
  if (scheme === undefined) return undefined;
  const pairs = [...rest.matchAll(/([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi)].map(([, name = "", quoted, plain]): [string, string] => [name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, "$1") ?? plain ?? ""]);
  return { scheme: scheme.toLowerCase() === "basic" ? "basic" : "bearer", parameters: Object.fromEntries(pairs) };
}
