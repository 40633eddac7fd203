import { OutputUnreadableError, sh, type Cancellable, type ShellExpression, type Transport } from "@hpckit/core";
import { z } from "zod";
import { PythonEnvError } from "../error/python-env-error.js";
import type { BuiltPythonEnv } from "../layer/virtualenv-layer.js";
import { byName, type Distribution, type DistributionOrigin } from "./distribution.js";

/**
 * Lists what is installed in an environment, from the metadata that lies beside it: neither its interpreter nor an installer is
 * started, so the login node can tell it of an environment that lives in a container, or of one for another architecture.
 * @throws {@link PythonEnvError} `environment-missing`; OutputUnreadableError for metadata without a name or version.
 * @see PyPA, Recording installed projects; PEP 610
 */
export async function listDistributions({ folder }: Pick<BuiltPythonEnv, "folder">, on: Transport, options: Cancellable = {}): Promise<readonly Distribution[]> {
  const { stdout } = await on.exec(["sh", "-c", renderList(folder).shell], { ...options, check: true });
  const [first = "", ...blocks] = stdout.split(/^distribution\n/m);
  if (first === "missing\n") throw new PythonEnvError("environment-missing", `${folder} on ${on.target.host} is no environment: ensure it again`);
  if (first !== "") throw new OutputUnreadableError("list of distributions", "a line that is no report", first);
  return blocks.map(parseBlock).sort(byName);
}

/** What lies beside the interpreter is not this environment's own, and not listed. */
const renderList = (folder: string): ShellExpression => sh`
  cd -- ${folder} 2>/dev/null && [ -r pyvenv.cfg ] || { echo missing; exit 0; }
  for hpckit_one in lib/python*/site-packages/*.dist-info; do
    [ -r "$hpckit_one/METADATA" ] || continue
    echo distribution
    sed -n -e '/^\r*$/q' -e 's/^Name: */name /p' -e 's/^Version: */version /p' -e 's/^Requires-Dist: */requires /p' -- "$hpckit_one/METADATA" | tr -d '\r'
    if [ -r "$hpckit_one/INSTALLER" ]; then printf 'installer %s\n' "$(sed -n 1p -- "$hpckit_one/INSTALLER")"; fi
    if [ -e "$hpckit_one/REQUESTED" ]; then echo 'requested yes'; fi
    if [ -r "$hpckit_one/direct_url.json" ]; then printf 'origin %s\n' "$(tr -d '\n' < "$hpckit_one/direct_url.json")"; fi
  done
`;

function parseBlock(block: string): Distribution {
  const rows = block.split("\n").filter((line) => line !== "").map((line): [string, string] => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]);
  const first = (key: string): string | undefined => rows.find(([each]) => each === key)?.[1];
  const name = first("name");
  const version = first("version");
  if (name === undefined || version === undefined) throw new OutputUnreadableError("list of distributions", "metadata without a name or version", block);
  const origin = first("origin");
  const installer = first("installer");
  return {
    name,
    version,
    isRequested: installer === "uv" ? undefined : first("requested") !== undefined,
    installer,
    requires: rows.flatMap(([key, value]) => (key === "requires" ? [value] : [])),
    origin: origin === undefined ? undefined : parseOrigin(origin),
  };
}

/** Read loosely: a later version of the format may add to it. */
const originSchema = z.object({
  url: z.string(),
  dir_info: z.object({ editable: z.boolean().optional() }).optional(),
  vcs_info: z.object({ commit_id: z.string().optional() }).optional(),
});

function parseOrigin(text: string): DistributionOrigin {
  const parsed = originSchema.safeParse(readJson(text));
  if (!parsed.success) throw new OutputUnreadableError("direct_url.json", "no origin", text);
  const { url, dir_info, vcs_info } = parsed.data;
  return { url, isEditable: dir_info?.editable ?? false, commit: vcs_info?.commit_id };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
