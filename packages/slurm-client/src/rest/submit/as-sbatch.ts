import { optionTable, type OptionFields } from "../../spec/option/option-table.js";
import type { SbatchOption } from "../../spec/option/sbatch-option.js";

/** The value as sbatch is told it: slurmrestd reads many a text alike. */
export function asSbatch<Field extends keyof OptionFields>(field: Field, value: NonNullable<OptionFields[Field]>): string {
  // That a field's value goes to the field's own row is beyond the compiler.
  const { write } = optionTable[field] as SbatchOption<unknown>;
  const [word = ""] = write(value);
  return word.slice(word.indexOf("=") + 1);
}
