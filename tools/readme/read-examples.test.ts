import { describe, expect, it } from "vitest";
import { addressTo, needsCluster, printedPattern, readExamples } from "./read-examples.js";

const page = `# Page

\`\`\`ts
const login = await connectSsh({ host: "login.hpc.example.edu", user: "alice", knownHosts: "strict" });
\`\`\`

prints

\`\`\`text
job …: COMPLETED (a.b)
\`\`\`

\`\`\`ts no-run
await connectSsh({ host: "login.hpc.example.edu" });
\`\`\`

\`\`\`ts
console.log(1);
\`\`\`
`;

describe("the programs of a page", () => {
  const [first, second, ...others] = readExamples(page);

  it("are its TypeScript blocks, with what they print, but for those marked otherwise", () => {
    expect(first?.prints).toBe("job …: COMPLETED (a.b)\n");
    expect(second).toEqual({ code: "console.log(1);\n", prints: undefined });
    expect(others).toEqual([]);
  });

  it("that sign in get a real address, or are refused", () => {
    expect([first, second].map((example) => example && needsCluster(example))).toEqual([true, false]);
    expect(first && addressTo({ host: "127.0.0.1", port: 22 }, first)).toBe('const login = await connectSsh({"host":"127.0.0.1","port":22});\n');
    expect(() => addressTo({}, { code: 'connectSsh({ host: "login.hpc.example.edu" })', prints: undefined })).toThrow("must write its address as");
  });

  it("may print what differs from run to run where the page has an ellipsis, and nothing else", () => {
    const pattern = printedPattern(first?.prints ?? "");
    expect("job 12: COMPLETED (a.b)").toMatch(pattern);
    expect("job 12: COMPLETED (axb)").not.toMatch(pattern);
    expect("job 12: COMPLETED (a.b)\nmore").not.toMatch(pattern);
  });
});
