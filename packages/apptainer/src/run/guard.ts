import { fragment, lines, OptionsError, parseOptions, raw, sh, type Launch, type LaunchLayer, type ShellExpression, type UnresolvedLayer, type Word } from "@hpckit/core";
import { z } from "zod";
import { engineLines, everyLoss, gpuRefusal, lossPatterns, type Loss } from "./engine-words.js";

/** How far a launch came, as its guard says on standard error. */
export const stages = ["outside", "inside", "started"] as const;
export type Stage = (typeof stages)[number];

/** How a guarded launch ends when the engine lost something of what it was given. */
export const lostExit = 78;

export interface GuardOptions {
  /** Losses with which the command is started all the same. */
  readonly accept?: readonly Loss[] | undefined;
}

export const acceptSchema: z.ZodType<readonly Loss[], readonly Loss[]> = z.array(z.enum(everyLoss as [Loss, ...Loss[]]));
const optionsSchema: z.ZodType<GuardOptions, GuardOptions> = z.strictObject({ accept: acceptSchema.optional() });

export interface GuardSettings extends GuardOptions {
  /** A word that nobody guesses: with it the guard marks what is the engine's and what the command's. */
  readonly mark?: string | undefined;
}

/**
 * A container whose launch tells the truth about itself: `compose(command, [guarded(container(image)), …])`.
 *
 * Guarantees: the command is not started when the engine has lost variables, mounts, the GPU, room to write or the folder
 * to start in; the engine's usage text is never shown; where the command was not started, the last line on standard
 * error says so, and how far it came. The status is the command's, or the engine's where there was none.
 *
 * What the engine says goes to a file that has lost its name, so nothing is left of it; a first step inside reads it. The
 * descriptors 5 to 8 are used for it, which Apptainer hands in whatever its options (1.4.5), and the command gets none of them.
 * @throws OptionsError while it is applied, for a container with `verb: "run"`: nothing of ours can run inside it first.
 */
export function guarded(layer: LaunchLayer, options?: GuardOptions): LaunchLayer;
export function guarded(layer: UnresolvedLayer, options?: GuardOptions): UnresolvedLayer;
export function guarded(layer: LaunchLayer | UnresolvedLayer, options?: GuardOptions): LaunchLayer | UnresolvedLayer;
export function guarded(layer: LaunchLayer | UnresolvedLayer, options: GuardOptions = {}): LaunchLayer | UnresolvedLayer {
  if (layer.name !== "container") throw new OptionsError("guarded", [{ path: "layer", message: `${layer.name} is no container: container(image) or containerLayer(image)` }]);
  const settings = parseOptions(optionsSchema, options, "guarded");
  if ("resolve" in layer) return { name: guardName, resolve: async (on, within) => guardedBy(await layer.resolve(on, within), settings) };
  return guardedBy(layer, settings);
}

/** As {@link guarded}, with a mark for whoever reads its report. */
export const guardedBy = (layer: LaunchLayer, settings: GuardSettings): LaunchLayer => ({ ...layer, name: guardName, apply: (launch) => outside(layer.apply(inside(launch, settings)), settings) });

const guardName = "guarded container";

/** The first step reads what the engine said; the last says that all is ready. */
function inside(launch: Launch, { accept = [], mark }: GuardSettings): Launch {
  const [program] = launch.argv;
  const entered = sh`
    hpckit_lost=
    ${say(mark, "entered")}
    while IFS= read -r hpckit_word <&7; do
      printf '%s\n' "$hpckit_word" >&6
      case $hpckit_word in
        ${patterns(lossPatterns(accept))}) hpckit_lost=1 ;;
      esac
    done
    echo 'hpckit: inside' >&8
    ${say(mark, "inside")}
    exec >&5 2>&6 5>&- 6>&- 7<&-
    if [ -n "$hpckit_lost" ]; then exit ${lostExit}; fi
  `;
  const started = lines(
    launch.cwd === undefined ? undefined : sh`cd -- ${launch.cwd}`,
    typeof program === "string" ? sh`command -v -- ${program} >/dev/null || { printf 'hpckit: %s: not found in the container\n' ${program} >&2; exit 127; }` : undefined,
    sh`
      echo 'hpckit: started' >&8
      exec 8>&-
    `,
  );
  return { ...launch, cwd: undefined, setup: [fragment(entered), ...launch.setup, fragment(started)] };
}

/** The engine writes to the file alone; afterwards its own lines are told, and how far the launch came. */
function outside(launch: Launch, { mark }: GuardSettings): Launch {
  const open = sh`
    case \${PMI_FD-} in [5-8]) echo "hpckit: the descriptor $PMI_FD is taken by PMI: start this step without guarded()" >&2; exit 64 ;; esac
    hpckit_words=$(mktemp "\${TMPDIR:-/tmp}/hpckit-words-XXXXXX")
    exec 5>&1 6>&2 7<"$hpckit_words" 8>"$hpckit_words"
    rm -f -- "$hpckit_words"
  `;
  const tell = sh`
    if [ -z "\${hpckit_words-}" ]; then exit 0; fi
    hpckit_stage=outside
    ${say(mark, "left")}
    while IFS= read -r hpckit_word <&7 || [ -n "$hpckit_word" ]; do
      case $hpckit_word in
        'hpckit: inside') hpckit_stage=inside ;;
        'hpckit: started') hpckit_stage=started ;;
        ${patterns([gpuRefusal])}) hpckit_stage=inside; printf '%s\n' "$hpckit_word" >&6 ;;
        ${patterns(engineLines)}) printf '%s\n' "$hpckit_word" >&6 ;;
      esac
    done
    ${mark === undefined ? tellPeople : sh`printf '%s %s %s\n' ${mark} "$hpckit_stage" "$hpckit_status" >&6`}
  `;
  return { ...launch, argv: [...launch.argv, ...toWords], setup: [fragment(open), ...launch.setup], teardown: [...launch.teardown, fragment(tell)] };
}

/** Redirections of the engine alone: the words behind a command may be such. */
const toWords: readonly Word[] = [raw(">&8"), raw("2>&8")];

const tellPeople = sh`
  case $hpckit_stage in
    outside) printf 'hpckit: the container was not started (status %s)\n' "$hpckit_status" >&6 ;;
    inside) printf 'hpckit: the command was not started in its container (status %s)\n' "$hpckit_status" >&6 ;;
  esac
`;

/** What the command wrote may end within a line. */
const say = (mark: string | undefined, what: "entered" | "inside" | "left"): ShellExpression => (mark === undefined ? raw(":") : sh`printf '\n%s ${raw(what)}\n' ${mark} >&6`);

/** Quoted but for the asterisks. */
export const patterns = (words: readonly string[]): ShellExpression => raw(words.map((word) => word.split("*").map((part) => (part === "" ? "" : sh`${part}`.shell)).join("*")).join(" | "));
