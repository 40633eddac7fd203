/** Cuts text that comes in pieces of any size into its lines, without their ends. */
export interface LineSplitter {
  readonly push: (text: string) => void;
  /** A last line may have no end. */
  readonly end: () => void;
}

export function lineSplitter(onLine: (line: string) => void): LineSplitter {
  let rest = "";
  return {
    push: (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      lines.forEach(onLine);
    },
    end: () => {
      if (rest !== "") onLine(rest);
      rest = "";
    },
  };
}
