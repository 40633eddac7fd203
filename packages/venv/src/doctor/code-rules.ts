import { some, type Report } from "./report.js";
import type { VenvFinding } from "./venv-finding.js";

/** ELF's numbers of processors as they stand in a file, by what `uname -m` says. @see elf(5), e_machine */
const machines: Readonly<Record<string, string>> = { x86_64: "3e00", aarch64: "b700", ppc64le: "1500", riscv64: "f300", s390x: "0016" };

/** Whether the machine code in it can be loaded on this machine. */
export function judgeCode(report: Report): readonly VenvFinding[] {
  const machine = report.one("machine") ?? "";
  const own = machines[machine];
  const findings: VenvFinding[] = [];
  const foreign = own === undefined ? [] : report.all("code").filter((text) => !text.startsWith(`${own} `));
  if (foreign.length > 0) {
    const seen = foreign.map((text) => `${Object.entries(machines).find(([, number]) => text.startsWith(`${number} `))?.[0] ?? "another"}: ${text.slice(5)}`);
    findings.push({
      code: "other-architecture", severity: "error", cause: "it holds machine code for another processor than this machine's, which cannot be loaded",
      observed: `this machine is ${machine}; ${some(seen)}`, fix: "build one environment for each architecture, on a node of it: ensurePythonEnv names them apart",
    });
  }
  const needs = report.all("needs");
  if (needs.length > 0) {
    findings.push({
      code: "c-library-too-old", severity: "error", cause: "packages in it were built for a newer C or C++ library than this machine has",
      observed: some(needs.map(inWords("wanted by"))), fix: "build the environment on the machine with the oldest system, or in the image where it is used",
    });
  }
  const missing = report.all("missing");
  if (missing.length > 0) {
    findings.push({
      code: "library-missing", severity: "error", cause: "a library that packages in it are linked with is not on this machine, or not where they look for it",
      observed: some(missing.map(inWords("wanted by"))), fix: "load the module that was loaded when it was built (modules([…]) left of virtualenv), install the library, or choose wheels that bring it along",
    });
  }
  return findings;
}

const inWords = (between: string) => (text: string): string => text.replace(" ", ` ${between} `);
