/** @throws RangeError if a shell could read the name as anything but the name of a variable. */
export function variableName(name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new RangeError(`not a name of a variable: ${JSON.stringify(name)}`);
  return name;
}
