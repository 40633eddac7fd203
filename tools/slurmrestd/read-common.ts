import { readFile } from "node:fs/promises";
import { commonSpecification } from "./common-specification.js";
import type { Specification } from "./trim-specification.js";
import { specificationPath, type RecordedVersion } from "./versions.js";

/** What the recorded specifications of these versions have in common. */
export async function readCommon(versions: readonly RecordedVersion[]): Promise<Specification> {
  const specifications = await Promise.all(versions.map(async (recorded) => JSON.parse(await readFile(specificationPath(recorded), "utf8")) as Specification));
  const roots = Object.keys(versions[0]?.roots ?? {});
  return specifications.reduce((one, other) => commonSpecification(one, other, roots));
}
