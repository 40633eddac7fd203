/** Most texts that are remembered: Slurm has a few hundred words, but some carry a user or a node. */
const mostTexts = 1000;

/** Reads each text once. Answers of the queue say the same few words of thousands of jobs. */
export function remember<Meaning>(read: (text: string) => Meaning): (text: string) => Meaning {
  const known = new Map<string, Meaning>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const meaning = read(text);
    if (known.size >= mostTexts) known.clear();
    known.set(text, meaning);
    return meaning;
  };
}
