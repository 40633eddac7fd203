import { listContentFolders, OutputUnreadableError, parseOptions, requireTransport, sh, type Cancellable, type ContentFolderEntry, type ShellExpression, type Transport } from "@hpckit/core";
import { cancellableSchema } from "../environment/cancellable-schema.js";
import { environmentPath } from "../environment/environment-path.js";

/** An environment as it lies under its root. */
export interface ListedEnvironment extends ContentFolderEntry {
  /** As its own `pyvenv.cfg` says; undefined while it is being made. */
  readonly pythonVersion: string | undefined;
  /** What installed it, e.g. `uv 0.13.9`. */
  readonly installer: string | undefined;
  /** Account that owns it. */
  readonly madeBy: string;
}

/** A link of people's: `main`, and what it led to before, `main.previous`. */
export interface ListedLink {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** `broken`: nothing stands there any more. */
  readonly state: "whole" | "broken";
}

export interface ListedEnvironments {
  readonly environments: readonly ListedEnvironment[];
  readonly links: readonly ListedLink[];
}

/**
 * Lists the environments under a root and the links to them: who made which of what Python, how old and how large it is, and what uses its name.
 * @param root - absolute; none are found if there is no such folder.
 */
export async function listEnvironments(on: Transport, root: string, options: Cancellable = {}): Promise<ListedEnvironments> {
  requireTransport(on, "listEnvironments");
  const place = parseOptions(environmentPath, root, "root of environments");
  return list(on, place, parseOptions(cancellableSchema, options, "listEnvironments"));
}

async function list(on: Transport, root: string, { signal }: Cancellable): Promise<ListedEnvironments> {
  const [entries, { stdout }] = await Promise.all([listContentFolders(on, root, { signal }), on.exec(["sh", "-c", renderDetails(root).shell], { signal, check: true })]);
  const { environments, links } = parseDetails(stdout, root);
  return {
    environments: entries.flatMap((entry) => {
      const detail = environments.get(entry.folder);
      return detail === undefined ? [] : [{ ...entry, ...detail }];
    }),
    links,
  };
}

/** Values stand last in their lines; where one cannot be told, its line is empty. */
const renderDetails = (root: string): ShellExpression => sh`
  cd -- ${root} 2>/dev/null || exit 0
  for hpckit_one in *; do
    if [ -L "$hpckit_one" ]; then
      hpckit_to=$(readlink -- "$hpckit_one") || continue
      case $hpckit_one in *[!A-Za-z0-9._-]*) continue ;; esac
      case $hpckit_to in "$hpckit_one"-* | */* | *[!A-Za-z0-9._-]*) continue ;; esac
      if [ -r "$hpckit_to/.hpckit/complete" ]; then echo "whole $hpckit_one $hpckit_to"; else echo "broken $hpckit_one $hpckit_to"; fi
    elif [ -d "$hpckit_one/.hpckit" ]; then
      case $hpckit_one in *[!A-Za-z0-9-]*) continue ;; esac
      printf 'environment %s\nowner %s\nversion %s\ninstaller %s\n' "$hpckit_one" "$(stat -c %U -- "$hpckit_one")" \
        "$(sed -n 's/^version *= *//p' -- "$hpckit_one/pyvenv.cfg" 2>/dev/null | sed 1q)" "$(sed 1q -- "$hpckit_one/.hpckit/installer" 2>/dev/null)"
    fi
  done
`;

type Detail = Pick<ListedEnvironment, "pythonVersion" | "installer" | "madeBy">;

function parseDetails(stdout: string, root: string): { readonly environments: ReadonlyMap<string, Detail>; readonly links: readonly ListedLink[] } {
  const environments = new Map<string, Detail>();
  const links: ListedLink[] = [];
  let rest = stdout;
  while (rest !== "") {
    const [all, state, name = "", to = "", folder = "", madeBy = "", version = "", installer = ""] =
      /^(?:(whole|broken) (\S+) (\S+)|environment (.+)\nowner (.*)\nversion (.*)\ninstaller (.*))\n/.exec(rest) ?? [];
    if (all === undefined) throw new OutputUnreadableError("list of environments", "a line that is no report", rest);
    if (state === "whole" || state === "broken") links.push({ name, folder: `${root}/${to}`, state });
    else environments.set(`${root}/${folder}`, { madeBy, pythonVersion: version || undefined, installer: installer || undefined });
    rest = rest.slice(all.length);
  }
  return { environments, links };
}
