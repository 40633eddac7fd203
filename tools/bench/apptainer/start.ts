import { containerLayer, guarded, sif } from "@hpckit/apptainer";
import { addingLayer, applyLayers, compose, needing, renderScript, setVariable, sh, type LaunchLayer, type ShellExpression, type Transport } from "@hpckit/core";
import { median, row, type Benchmark } from "../benchmark.js";

const rounds = 60;

/** Variables and folders as a job of a service has them. */
const jobLayers = (folder: string): readonly LaunchLayer[] => [
  addingLayer("variables", { setup: Array.from({ length: 12 }, (_, index) => setVariable(`SETTING_${index}`, `value, "${index}" of $HOME`)) }),
  needing({ path: folder, access: "write" }, { path: `${folder}/data`, access: "read" }),
];

/**
 * How long `true` takes in a container: bare, through a rendered launch, and through a guarded one, in turns. One script measures
 * all of it over there, so that the way to it is in no number.
 */
export async function measureStart(login: Transport, path: string, onRow: Parameters<Benchmark>[0]): Promise<void> {
  const image = sif(path);
  const folder = path.slice(0, path.lastIndexOf("/"));
  await login.mkdir(`${folder}/data`, { recursive: true });
  const launch = (layer: LaunchLayer): string => renderScript(applyLayers(compose(["true"]), [layer, ...jobLayers(folder)])).text;
  const scripts = { bare: sh`exec apptainer exec ${path} true`.shell, rendered: launch(containerLayer(image)), guarded: launch(guarded(containerLayer(image))) };
  const { stdout } = await login.exec(["sh", "-c", inTurns(Object.values(scripts)).shell], { check: true });
  const times = stdout.trim().split("\n").map((line) => line.split(" ").map(Number));
  const [bare = 0, rendered = 0, guardedTime = 0] = Object.keys(scripts).map((_, index) => median(times.map((each) => each[index] ?? NaN)));
  onRow(row("apptainer exec image true", bare / 1e6, "ms"));
  onRow(row("the same by a rendered launch", rendered / bare, "×", 1.05));
  onRow(row("the same by a guarded launch", guardedTime / bare, "×"));
}

/** A line for each round: nanoseconds of each script. The first round warms up, and is left out. */
const inTurns = (scripts: readonly string[]): ShellExpression => sh`
  for hpckit_round in $(seq 0 ${rounds}); do
    hpckit_line=
    for hpckit_script in ${scripts}; do
      hpckit_from=$(date +%s%N)
      sh -c "$hpckit_script" >&2 || exit
      hpckit_to=$(date +%s%N)
      hpckit_line="$hpckit_line $((hpckit_to - hpckit_from))"
    done
    if [ "$hpckit_round" -gt 0 ]; then echo "\${hpckit_line# }"; fi
  done
`;
