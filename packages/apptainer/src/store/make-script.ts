import { contentFolderExit, lines, raw, renderMake, sh, type ShellExpression, type Word } from "@hpckit/core";
import { engineExit, runEngine } from "../image/engine-run.js";
import { headerDigits, printSifHeader } from "../image/sif-header.js";
import { scrubVariables } from "../variable/host-variables.js";
import { keyLength, type SourceIdentity } from "./identity.js";
import type { ImageStore } from "./image-store.js";
import { renderVerify, type SignedBy } from "./signature.js";

/** How the script that makes an image ends. */
export const makeExit = { ...contentFolderExit, ...engineExit, made: 0, noSpace: 85, signatureRefused: 86, noImage: 87, otherArchitecture: 88, sourceChanged: 89 } as const;

/** How a source becomes a SIF: by the engine, or by a copy. */
export type Making =
  | { readonly kind: "engine"; readonly words: readonly Word[] }
  | { readonly kind: "definition" }
  /** @param index - says which of its images: Apptainer 1.4.5 takes no tag. */
  | { readonly kind: "oci-folder"; readonly path: string; readonly index: string; readonly architecture: string | undefined }
  | { readonly kind: "copy"; readonly path: string };

export interface MakePlan {
  readonly store: ImageStore;
  readonly name: string;
  /** The maker's own. */
  readonly id: string;
  /** As a record tells it. */
  readonly source: string;
  readonly digest: string;
  readonly making: Making;
  /** Looked at again afterwards where the source can change while it is read. */
  readonly identity: SourceIdentity | undefined;
  /** What its header must say, if that was asked for. */
  readonly architecture: string | undefined;
  /** Whether its header must say what its name does. */
  readonly isOfArchitecture: boolean;
  readonly signedBy: SignedBy | undefined;
}

/** Where it is made. */
export const image: ShellExpression = raw('"$hpckit_folder/image.sif"');
/** Cache and temporary files. */
const work = raw('"$hpckit_folder/.hpckit/work"');

/**
 * Makes an image as core makes every content folder: in the maker's own folder, published when it is whole. Cache and temporary
 * files lie there too: two pulls into one cache fail (Apptainer 1.4.5), and what a kill leaves goes with the folder.
 */
export const renderMakeImage = (plan: MakePlan): ShellExpression =>
  renderMake({ root: plan.store.root, name: plan.name, id: plan.id, policy: plan.store.policy }, lines(askSpace(plan.store), surroundings, bring(plan), prove(plan), settle(plan)));

const askSpace = ({ free }: ImageStore): ShellExpression => sh`
  hpckit_free=$(df -Pk -- "$hpckit_folder" | sed -n '2s/^.* \([0-9][0-9]*\)  *[0-9][0-9]*% .*$/\1/p')
  if [ "\${hpckit_free:-0}" -lt ${Math.ceil(free.bytes / 1024)} ]; then
    echo "ERROR: $((\${hpckit_free:-0} / 1024)) MiB are free under $hpckit_root"
    exit ${makeExit.noSpace}
  fi
`;

const surroundings = lines(
  raw(scrubVariables([]).shell),
  sh`
    unset SINGULARITY_CACHEDIR SINGULARITY_TMPDIR
    mkdir -p -- ${work}/cache ${work}/tmp
    APPTAINER_CACHEDIR=${work}/cache
    APPTAINER_TMPDIR=${work}/tmp
    export APPTAINER_CACHEDIR APPTAINER_TMPDIR
  `,
);

function bring({ making, store }: MakePlan): ShellExpression {
  switch (making.kind) {
    case "engine":
      return runEngine([store.program, ...making.words], work);
    case "definition":
      return lines(sh`cat > ${work}/definition`, runEngine([store.program, "build", image, raw(`${work.shell}/definition`)], work));
    case "oci-folder":
      return lines(
        sh`
          mkdir -- ${work}/oci
          ln -s -- ${`${making.path}/blobs`} ${work}/oci/blobs
          printf '%s' '{"imageLayoutVersion":"1.0.0"}' > ${work}/oci/oci-layout
          printf '%s' ${making.index} > ${work}/oci/index.json
        `,
        runEngine([store.program, "build", ...(making.architecture === undefined ? [] : ["--arch", making.architecture]), image, raw(`oci:${work.shell}/oci`)], work),
      );
    case "copy":
      return sh`cp --reflink=auto -- ${making.path} ${image}`;
  }
}

function prove({ identity, name, architecture, isOfArchitecture, signedBy, store }: MakePlan): ShellExpression {
  const digits = headerDigits(architecture ?? (isOfArchitecture ? name.slice(keyLength) : ""));
  return lines(
    sh`
      hpckit_header=$(${printSifHeader(image)})
      case $hpckit_header in 5349465f4d41474943*) ;; *) exit ${makeExit.noImage} ;; esac
    `,
    digits === undefined ? undefined : sh`case $hpckit_header in *${digits}) ;; *) exit ${makeExit.otherArchitecture} ;; esac`,
    identity === undefined ? undefined : lines(sh`hpckit_again() {`, identity.script, sh`}`, sh`hpckit_again > /dev/null`, sh`if [ "$hpckit_name" != ${name} ]; then exit ${makeExit.sourceChanged}; fi`),
    signedBy === undefined ? undefined : sh`${renderVerify(store.program, signedBy, image)} || exit ${makeExit.signatureRefused}`,
  );
}

/** The record ends with the size: what looks for an image compares it there. */
function settle({ store, source, digest }: MakePlan): ShellExpression {
  const known = JSON.stringify({ source, digest }).slice(0, -1);
  return sh`
    chmod -- ${store.policy === undefined ? "a-w" : (store.policy.fileMode & 0o555).toString(8)} ${image}
    hpckit_sha256=$(sha256sum < ${image} | cut -d' ' -f1)
    hpckit_version=$(${store.program} --version 2>/dev/null </dev/null | head -n 1 | tr -cd 'A-Za-z0-9 .+_-')
    printf '%s,"sha256":"%s","header":"%s","engine":"%s","sizeBytes":%s}\n' ${known} "$hpckit_sha256" "$hpckit_header" "$hpckit_version" "$(stat -c %s -- ${image})" > "$hpckit_folder/.hpckit/image"
    hpckit_remove ${work}
    sync -- ${image} "$hpckit_folder/.hpckit/image" 2>/dev/null || :
  `;
}
