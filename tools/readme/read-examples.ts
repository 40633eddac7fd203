import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageNames, repositoryRoot } from "../config/packages.js";

/** A program that a page shows, with what the page says it prints. */
export interface PageExample {
  readonly code: string;
  readonly prints: string | undefined;
}

/** The pages whose programs are run. */
export const pages: readonly string[] = ["README.md", ...packageNames.map((name) => `packages/${name}/README.md`)];

export const readPage = (page: string): readonly PageExample[] => readExamples(readFileSync(join(repositoryRoot, page), "utf8"));

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

/** The address that stands for a reader's own cluster. */
const exampleHost = "login.hpc.example.edu";
const exampleLogin = `{ host: "${exampleHost}", user: "alice", knownHosts: "strict" }`;

export const needsCluster = ({ code }: PageExample): boolean => code.includes(exampleHost);

/** The program with the address of a real cluster in it. */
export function addressTo(login: object, { code }: PageExample): string {
  const addressed = code.replaceAll(exampleLogin, JSON.stringify(login));
  if (addressed.includes(exampleHost)) throw new Error(`a program that is run must write its address as ${exampleLogin}`);
  return addressed;
}

/** What a page says of a program on a cluster: `…` stands for what differs from run to run. */
export function printedPattern(prints: string): RegExp {
  const fixed = prints.trimEnd().split("…").map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${fixed.join(".*")}$`, "s");
}
