import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { digestOfFile, digestOfText } from "./digest.js";
import { inputRefused, reading } from "./input-refused.js";

/** What pip installs from. */
export const isDistribution = (name: string): boolean => /\.(?:whl|tar\.gz|zip)$/.test(name);

/** A digest of the wheels and source archives in a folder of this machine. @throws OptionsError if there are none. */
export async function digestOfWheels(folder: string): Promise<string> {
  const names = (await reading("wheels", folder, () => readdir(folder))).filter(isDistribution).sort();
  if (names.length === 0) throw inputRefused("wheels", `no wheel lies in ${folder}`);
  const all: (readonly [string, string])[] = [];
  for (const name of names) all.push([name, await reading("wheels", join(folder, name), () => digestOfFile(join(folder, name)))]);
  return digestOfText(JSON.stringify(all));
}
