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
  /** Such ones of which that goes into it to which a link leads. */
  readonly followed?: readonly string[] | undefined;
  /** What goes into it from here: a definition. */
  readonly text?: string | undefined;
  /** Whether machines of other architectures make another image of it. */
  readonly isOfMachine: boolean;
}

/** Of what is digested over there. What is one file, and nothing else, has its digest. */
export function digestedIdentity(kind: string, { paths, followed = [], text, architecture, beside = [], isOfMachine }: DigestedSource): SourceIdentity {
  const isOne = paths.length === 1 && followed.length === 0 && text === undefined;
  return {
    script: lines(
      isOfMachine ? suffix(architecture) : sh`hpckit_for=`,
      digestScript,
      ...paths.map((path) => sh`hpckit_digest ${path}`),
      ...followed.map((path) => sh`hpckit_digest ${path} --dereference`),
      text === undefined ? undefined : sh`hpckit_sums=$hpckit_sums$(printf '%s' ${text} | sha256sum)`,
      sh`
        hpckit_sum=$(printf '%s\n' "$hpckit_sums" ${isOne ? sh`` : sh`| sha256sum`} | cut -d' ' -f1)
        printf 'digest sha256:%s\n' "$hpckit_sum"
        hpckit_name=$(printf '%s %s' ${keyOf(kind, ...beside)} "$hpckit_sum" | sha256sum | cut -c1-${keyLength})$hpckit_for
      `,
    ),
  };
}

/**
 * Of a folder: names, modes, links and contents, not times and owners, which an image does not keep. What cannot be read whole has no
 * digest: that of a part would be the name of another image (without GNU tar, of every folder the same).
 */
const digestScript = sh`
  hpckit_sums=
  hpckit_refuse() { printf 'state %s\nsource %s\n' "$1" "$(printf '%s' "$2" | tr '\n' ' ')"; exit 0; }
  hpckit_digest() {
    if [ ! -r "$1" ]; then hpckit_refuse source-missing "$1"; fi
    if [ -d "$1" ]; then
      hpckit_one=$({ { LC_ALL=C tar --sort=name --format=gnu --mtime=@0 --owner=0 --group=0 --numeric-owner \${2:+"$2"} -C "$1" -cf - . || echo in part >&3; } | sha256sum; } 3>&1 2>/dev/null)
    else
      hpckit_one=$(sha256sum 2>/dev/null < "$1" || echo in part)
    fi
    case $hpckit_one in *'in part'*) hpckit_refuse source-unreadable "$1" ;; esac
    hpckit_sums=$hpckit_sums$hpckit_one,
  }
`;
