/** A program that a page shows, with what the page says it prints. */
export interface PageExample {
  readonly code: string;
  readonly prints: string | undefined;
}

const fence = /^```(\w+)\n(.*?)^```$/gms;

/** The TypeScript programs of a page, in order; a block marked `text` behind one, after the word "prints", is its output. */
export function readExamples(markdown: string): readonly PageExample[] {
  const blocks = [...markdown.matchAll(fence)];
  return blocks.flatMap((block, index) => {
    if (block[1] !== "ts") return [];
    const next = blocks[index + 1];
    const between = next === undefined ? "" : markdown.slice(block.index + block[0].length, next.index);
    const prints = next?.[1] === "text" && between.trim() === "prints" ? next[2] : undefined;
    return [{ code: block[2] ?? "", prints }];
  });
}

/** The address that stands for a reader's own cluster; a test puts a real one in its place. */
export const exampleLogin = '{ host: "login.hpc.example.edu", user: "alice", knownHosts: "strict" }';
export const needsCluster = (example: PageExample): boolean => example.code.includes("login.hpc.example.edu");
