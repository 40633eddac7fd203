import { joinWords, raw, type Word } from "@hpckit/core";
import { csvField } from "../engine/flags/csv-field.js";

export interface MountRecord {
  /** From {@link mountPath}, or a variable of the shell that holds a checked path. */
  readonly source: Word;
  readonly destination: Word;
  readonly readOnly: boolean;
  readonly isImage?: boolean | undefined;
}

/**
 * The value of one `--mount`: a CSV record. `--bind` could not carry every path (a colon ends its source), and would
 * split on commas.
 * @see apptainer exec, `--mount`; `rw` is no key there, and `readonly=false` would still mean read-only (1.4).
 */
export const renderMountRecord = ({ source, destination, readOnly, isImage }: MountRecord): Word =>
  joinWords("type=bind,", csvField(joinWords("source=", source)), ",", csvField(joinWords("destination=", destination)), ...(isImage === true ? [",image-src=/"] : []), ...(readOnly ? [",ro"] : []));

/** The path of a mount that is known only on the node, as the script there has kept it. */
export const keptPath = (variable: string): Word => raw(`"$${variable}"`);
