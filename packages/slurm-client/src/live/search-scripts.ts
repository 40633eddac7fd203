import { posix } from "node:path";
import { isContentFolderName, OutputUnreadableError, sh, type ShellExpression } from "@hpckit/core";

/**
 * Tells, for each job, where its batch script names one of the words, and which folders under the words that are paths: `names ID WORD NEXT`, with the
 * place of the word in the list from 0, and what stands directly under it, if anything. Jobs without a script, and those that only hold nodes
 * for steps, are `silent`.
 *
 * In arguments: the ids in one word, then the words. One that begins with `$` counts only behind what is known when the script runs: a
 * variable, `~`, or the output of a command.
 * @see scontrol(1), `write batch_script`
 */
export const scriptSearch: ShellExpression = sh`
  hpckit_ids=$1
  shift
  hpckit_apart="*[$(printf ' \t\n;=:|&')]"
  hpckit_varies() {
    case \${1##$hpckit_apart} in *'$'* | *'\`'* | *')'* | '~'*) return 0 ;; esac
    return 1
  }
  for hpckit_id in $hpckit_ids; do
    hpckit_script=$(scontrol write batch_script "$hpckit_id" - 2>/dev/null) || { echo "silent $hpckit_id"; continue; }
    case $hpckit_script in *hpckit_renewed=*) echo "silent $hpckit_id"; continue ;; esac
    hpckit_place=0
    for hpckit_word do
      hpckit_rest=$hpckit_script
      hpckit_open=
      case $hpckit_word in '$'*) hpckit_open=yes; hpckit_word=\${hpckit_word#?} ;; esac
      while :; do
        case $hpckit_rest in *"$hpckit_word"*) ;; *) break ;; esac
        hpckit_head=\${hpckit_rest%%"$hpckit_word"*}
        hpckit_rest=\${hpckit_rest#*"$hpckit_word"}
        if [ -n "$hpckit_open" ] && ! hpckit_varies "$hpckit_head"; then continue; fi
        case $hpckit_rest in
          [A-Za-z0-9._-]*) ;;
          /*) hpckit_next=\${hpckit_rest#/}; echo "names $hpckit_id $hpckit_place \${hpckit_next%%[!A-Za-z0-9._-]*}" ;;
          *) echo "names $hpckit_id $hpckit_place " ;;
        esac
      done
      hpckit_place=$((hpckit_place + 1))
    done
  done
`;

export interface ScriptFindings {
  /** Of the paths that were asked for. */
  readonly used: ReadonlySet<string>;
  /** Jobs whose script tells nothing of what they use. */
  readonly silent: readonly string[];
}

/** What no quoting changes. */
const plain = /[\w.+@%:,/-]+$/;

/** The end of a folder's path that a script holds as it is, however it is quoted there. */
const tailOf = (folder: string): string => plain.exec(folder)?.[0] ?? "";

/** Whether scripts can be searched for a path: its own name is plain, and enough of its folder's. */
export const canBeSearched = (path: string): boolean => tailOf(posix.basename(path)) === posix.basename(path) && tailOf(posix.dirname(path)).length >= 4;

/** The words to search for paths: their own names, the folders in which they lie, and the names of these behind a variable. */
export const searchedWords = (paths: readonly string[]): readonly string[] => [...new Set(paths.flatMap((path) => [posix.basename(path), ...foldersOf(path)]))];

/** `$HOME/venvs` may be `/home/alice/venvs`. */
const foldersOf = (path: string): readonly string[] => [tailOf(posix.dirname(path)), `$/${tailOf(posix.basename(posix.dirname(path)))}`];

/**
 * Reads what {@link scriptSearch} says. A script that names the folder of a path, and then a link in it or something that is known only when it runs,
 * may reach any of the paths there.
 * @throws OutputUnreadableError if a line is no report.
 */
export function readScriptSearch(stdout: string, paths: readonly string[]): ScriptFindings {
  const words = searchedWords(paths);
  const used = new Set<string>();
  const silent: string[] = [];
  for (const line of stdout.split("\n").filter((each) => each !== "")) {
    const [, quiet, place, next = ""] = /^(?:silent (\d+)|names \d+ (\d+) ([\w.-]*))$/.exec(line) ?? [];
    const word = words[Number(place)];
    if (quiet !== undefined) silent.push(quiet);
    else if (word === undefined) throw new OutputUnreadableError("search in batch scripts", "a line that is no report", line);
    else for (const path of paths) if (reaches(word, next, path)) used.add(path);
  }
  return { used, silent };
}

const reaches = (word: string, next: string, path: string): boolean =>
  word === posix.basename(path) || (foldersOf(path).includes(word) && (next === posix.basename(path) || !isContentFolderName(next)));
