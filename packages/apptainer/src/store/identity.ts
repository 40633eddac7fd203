import { createHash } from "node:crypto";
import { lines, sh, type ShellExpression } from "@hpckit/core";
import { machineNames } from "../image/sif-header.js";

/** What an image is named after, before there is one. */
export interface SourceIdentity {
  /** Sets `hpckit_name` over there, reports a source that is not there, and reports the digest. */
  readonly script: ShellExpression;
}

/** Another way of making an image would need other names. */
const edition = 1;

/** Digits of a name before its architecture. */
export const keyLength = 32;

const keyOf = (...parts: readonly (string | undefined)[]): string =>
  createHash("sha256").update(JSON.stringify([edition, ...parts.map((part) => part ?? null)])).digest("hex").slice(0, keyLength);

/** A digest may stand for images of several architectures; which one is meant, the machine says, or who asks. */
const suffix = (architecture: string | undefined): ShellExpression =>
  architecture !== undefined
    ? sh`hpckit_for=${architecture}`
    : lines(sh`case $(uname -m) in`, ...Object.entries(machineNames).map(([machine, name]) => sh`  ${machine}) hpckit_for=${name} ;;`), sh`  *) hpckit_for=$(uname -m | tr -cd a-z0-9) ;;`, sh`esac`);

export interface IdentityOptions {
  readonly architecture?: string | undefined;
  /** What else makes it another image, e.g. whose signature it must bear. */
  readonly beside?: readonly (string | undefined)[] | undefined;
}

/** Of what has a digest. @param kind - how it is brought: a manifest of layers is not a SIF of that digest. */
export const knownIdentity = (kind: string, digest: string, { architecture, beside = [] }: IdentityOptions): SourceIdentity => ({
  script: lines(suffix(architecture), sh`hpckit_name=${keyOf(kind, digest, ...beside)}$hpckit_for`, sh`printf 'digest %s\n' ${digest}`),
});

export interface DigestedSource extends IdentityOptions {
  /** Files and folders that go into it; of folders all that is in them, with names, modes and links. */
  readonly paths: readonly string[];
  /** What goes into it from here: a definition. */
  readonly text?: string | undefined;
  /** Whether machines of other architectures make another image of it. */
  readonly isOfMachine: boolean;
}

/** Of what is digested over there. What is one file, and nothing else, has its digest. */
export function digestedIdentity(kind: string, { paths, text, architecture, beside = [], isOfMachine }: DigestedSource): SourceIdentity {
  const sums = lines(...paths.map((path) => sh`hpckit_digest ${path}`), text === undefined ? undefined : sh`printf '%s' ${text} | sha256sum`);
  const isOne = paths.length === 1 && text === undefined;
  return {
    script: lines(
      isOfMachine ? suffix(architecture) : sh`hpckit_for=`,
      ...paths.map((path) => sh`if [ ! -r ${path} ]; then printf 'state source-missing\nsource %s\n' "$(printf '%s' ${path} | tr '\n' ' ')"; exit 0; fi`),
      digestScript,
      sh`
        hpckit_sum=$({
        ${sums}
        } ${isOne ? sh`` : sh`| sha256sum`} | cut -d' ' -f1)
        printf 'digest sha256:%s\n' "$hpckit_sum"
        hpckit_name=$(printf '%s %s' ${keyOf(kind, ...beside)} "$hpckit_sum" | sha256sum | cut -c1-${keyLength})$hpckit_for
      `,
    ),
  };
}

/** Of a folder: names, modes, links and contents, not times and owners, which an image does not keep. */
const digestScript = sh`
  hpckit_digest() {
    if [ -d "$1" ]; then
      LC_ALL=C tar --sort=name --format=gnu --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$1" -cf - . 2>/dev/null | sha256sum
    else
      sha256sum < "$1"
    fi
  }
`;
