import { sh, type ShellExpression } from "@hpckit/core";
import { z } from "zod";

/**
 * Architectures as the header of a SIF numbers them, by their names in Go.
 * @see the SIF library, `HdrArch…`; seen on Apptainer 1.4.5: `02`
 */
const architectures = ["unknown", "386", "amd64", "arm", "arm64", "ppc64", "ppc64le", "mips", "mipsle", "mips64", "mips64le", "s390x", "riscv64"] as const satisfies readonly Architecture[];

export type Architecture = "unknown" | "386" | "amd64" | "arm" | "arm64" | "ppc64" | "ppc64le" | "mips" | "mipsle" | "mips64" | "mips64le" | "s390x" | "riscv64";

/** Architectures by what `uname -m` says of a machine. */
export const machineNames: Readonly<Record<string, Architecture>> = { x86_64: "amd64", amd64: "amd64", i386: "386", i586: "386", i686: "386", aarch64: "arm64", armv6l: "arm", armv7l: "arm", armv8l: "arm", ppc64: "ppc64", ppc64le: "ppc64le", s390x: "s390x", riscv64: "riscv64" };

/** Architecture of a machine by its `uname -m`. */
export const architectureOf = (machine: string): Architecture => machineNames[machine] ?? "unknown";

/** As `--arch` takes it. */
export const architectureSchema: z.ZodType<Architecture, Architecture> = z.enum(architectures.filter((name) => name !== "unknown"));

/** Prints the fields of a SIF's header, or nothing of it for another file. @param path - a shell word. */
export const printSifHeader = (path: ShellExpression): ShellExpression => sh`od -An -v -tx1 -j 32 -N 15 -- ${path} 2>/dev/null | tr -d ' \n'`;

/** With which the header of an image for this architecture ends; undefined for one that it has no number for. */
export function headerDigits(architecture: string): string | undefined {
  const number = architectures.indexOf(architecture as Architecture);
  return number < 1 ? undefined : Buffer.from(String(number).padStart(2, "0"), "latin1").toString("hex");
}

/** `SIF_MAGIC`, a NUL, the version of the format in two digits, and a NUL. */
const beginning = /^5349465f4d4147494300(?:3[0-9]){2}00((?:3[0-9]){2})$/;

/**
 * Reads what {@link printSifHeader} printed.
 * @returns the architecture; undefined for what is no SIF.
 */
export function parseSifHeader(hex: string): Architecture | undefined {
  const digits = beginning.exec(hex.trim())?.[1];
  return digits === undefined ? undefined : (architectures[Number(Buffer.from(digits, "hex").toString("latin1"))] ?? "unknown");
}
