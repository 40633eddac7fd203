import { contentFolderExit, HpckitError, lines, parseOptions, requireTransport, sh, type ShellExpression, type Transport } from "@hpckit/core";
import { ensureContent, ensureContentSchema, type EnsureContentOptions } from "../content/ensure-content.js";
import { requireRelease, type Release } from "./release.js";
import { stageSource, type StagedSource } from "./stage-source.js";

/** A release that is there and complete. */
export interface BuiltRelease {
  /** Absolute; read-only. It never changes. */
  readonly folder: string;
}

export interface EnsuredRelease extends BuiltRelease {
  /** SHA-256 in hex of names, contents, and what may be executed. */
  readonly digest: string;
  readonly outcome: "found" | "uploaded";
}

/** How the script ends, beside the statuses of core's. */
const exit = { linkLeadsOut: 88, nameKept: 89 } as const;

/**
 * Finds a release of the project's code, or brings it over, as a read-only folder that is named by its content. Releases stand side by
 * side: what runs keeps its own, and a link that names one of them is switched as a whole.
 *
 * Guarantees: what stands under its name is whole and is what was read here, whatever is killed; however many ask at once, one of them brings it.
 * @throws OptionsError for a source that cannot be read; HpckitError `release-refused` for a link that leads out of it; TransportError.
 */
export async function ensureRelease(given: Release, on: Transport, options: EnsureContentOptions = {}): Promise<EnsuredRelease> {
  requireRelease(given, "ensureRelease");
  requireTransport(on, "ensureRelease");
  const checked = parseOptions(ensureContentSchema, options, "ensureRelease");
  await using source = await stageSource(given);
  const { root, policy } = given;
  const { folder, outcome } = await ensureContent(
    {
      root,
      name: source.digest.slice(0, 16),
      policy,
      bring: async (to, signal) => {
        const { sha256 } = await on.upload(source.path, `${to}/source`, { signal, times: false });
        if (source.kind === "archive" && sha256 !== source.digest) throw failed(given, on, `${source.path} changed while it was brought over`);
      },
      make: lines(unpack(source), check, protect(given)),
      explain: (exitCode, said) => failed(given, on, reasonOf(exitCode, said)),
    },
    on,
    checked,
  );
  return { folder, digest: source.digest, outcome: outcome === "made" ? "uploaded" : "found" };
}

const unpack = ({ kind }: StagedSource): ShellExpression =>
  kind === "archive"
    ? sh`
        if tar -tf "$hpckit_folder/.hpckit/source" | grep -qE '^(\./)?\.hpckit(/|$)'; then exit ${exit.nameKept}; fi
        tar -xf "$hpckit_folder/.hpckit/source" --no-same-owner -C "$hpckit_folder"
        rm -f -- "$hpckit_folder/.hpckit/source"
      `
    : sh`
        if [ -e "$hpckit_folder/.hpckit/source/.hpckit" ]; then exit ${exit.nameKept}; fi
        find "$hpckit_folder/.hpckit/source" -mindepth 1 -maxdepth 1 -exec mv -- '{}' "$hpckit_folder/" ';'
        rmdir -- "$hpckit_folder/.hpckit/source"
      `;

/** A link to the outside would be something else tomorrow, on another node, or in a container. */
const check = sh`
  hpckit_top=$(readlink -f -- "$hpckit_folder")
  find "$hpckit_folder" -type l -exec sh -c '
    top=$1; shift
    for link; do
      case $(readlink -- "$link") in /*) to=/ ;; *) to=$(readlink -m -- "$link")/ ;; esac
      case $to in "$top"/*) ;; *) printf "%s leads to %s\n" "$link" "$(readlink -- "$link")"; exit 1 ;; esac
    done
  ' sh "$hpckit_top" '{}' + || exit ${exit.linkLeadsOut}
`;

/** Nobody writes, its owner neither: what runs finds what it began with. The note of its use stays writable. */
function protect({ policy }: Release): ShellExpression {
  const { fileMode, folderMode } = policy ?? { fileMode: 0o644, folderMode: 0o755 };
  const octal = (mode: number): string => (mode & ~0o222).toString(8);
  const each = (test: ShellExpression, mode: number): ShellExpression => sh`find "$hpckit_folder" -path "$hpckit_folder/.hpckit" -prune -o ${test} -exec chmod ${octal(mode)} '{}' +`;
  return lines(
    policy?.group === undefined ? undefined : sh`chgrp -R -- ${policy.group} "$hpckit_folder"`,
    each(sh`-type f -perm -100`, fileMode | ((fileMode & 0o444) >> 2)),
    each(sh`-type f ! -perm -100`, fileMode),
    each(sh`-type d`, folderMode),
  );
}

function reasonOf(exitCode: number | undefined, said: readonly string[]): string {
  const last = said.slice(-3).join("; ");
  if (exitCode === exit.linkLeadsOut) return `a link leads out of it, and would be something else on a node or in a container (${last}): make it relative within the source, or leave it out`;
  if (exitCode === contentFolderExit.rootNotWritable) return `${last}; ask for write access to that root, or choose another`;
  if (exitCode === exit.nameKept) return "it holds .hpckit at its top, a name that is kept: leave it out";
  return last === "" ? `it ended with ${exitCode ?? "a signal"}` : last;
}

const failed = ({ root, source }: Release, { target: { host } }: Transport, reason: string): HpckitError =>
  new HpckitError("release-refused", `the release of ${typeof source === "string" ? source : source.archive} under ${root} on ${host} was not made: ${reason}`);
