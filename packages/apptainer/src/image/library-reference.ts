import { OptionsError } from "@hpckit/core";

export interface LibraryReference {
  /** `host` or `host:port`; undefined for the one that the engine is configured for. */
  readonly host: string | undefined;
  /** `container`, `collection/container` or `entity/collection/container`. */
  readonly path: string;
  /** A version, or `sha256.…`: what it is. */
  readonly tag: string | undefined;
}

const part = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/**
 * Reads `[host/]entity/collection/container[:tag]`. With four parts the first one is a host.
 * @throws OptionsError that says which part is wrong.
 * @see Apptainer, internal/pkg/client/library
 */
export function parseLibraryReference(text: string): LibraryReference {
  const refuse = (message: string): never => {
    throw new OptionsError("library", [{ path: "", message: `${JSON.stringify(text)}: ${message}` }]);
  };
  const parts = text.split("/");
  const host = parts.length === 4 ? parts.shift() : undefined;
  const [last = "", tag, ...more] = parts.pop()?.split(":") ?? [];
  const path = [...parts, last];
  if (path.length > 3) refuse("it has more parts than host/entity/collection/container");
  if (more.length > 0) refuse('there is more than one ":" after the last "/"');
  if (host !== undefined && !/^[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?$/.test(host)) refuse(`${JSON.stringify(host)} is no host`);
  const wrong = path.find((each) => !part.test(each));
  if (wrong !== undefined) refuse(`${JSON.stringify(wrong)} is no name: letters, digits, ".", "_" and "-"`);
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) refuse(`${JSON.stringify(tag)} is no tag; several tags are for a push`);
  return { host, path: path.join("/"), tag };
}

export const formatLibraryReference = ({ host, path, tag }: LibraryReference): string => `${host === undefined ? "" : `${host}/`}${path}${tag === undefined ? "" : `:${tag}`}`;
