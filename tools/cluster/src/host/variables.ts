/** A variable of this process's environment; an empty one counts as unset, as shells' `${NAME:-…}` has it. */
export function readVariable(name: string): string | undefined {
  const value = process.env[name];
  return value === "" ? undefined : value;
}
