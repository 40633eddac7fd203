import type { Architecture } from "../image/sif-header.js";

/** Architectures by `e_machine` of an ELF header. @see elf(5), and the ABI supplement of each */
const machines: Readonly<Record<number, Architecture>> = { 3: "386", 21: "ppc64", 22: "s390x", 40: "arm", 62: "amd64", 183: "arm64", 243: "riscv64" };

/**
 * The architecture that a library is made for.
 * @param bytes - the first 20 of its file, as decimal numbers.
 * @returns undefined for what is no ELF file, e.g. the script of a linker that stands under a library's name.
 */
export function elfArchitecture(bytes: readonly number[]): Architecture | undefined {
  const [magic, E, L, F, , order] = bytes;
  const [first, second] = bytes.slice(18);
  if (magic !== 127 || E !== 69 || L !== 76 || F !== 70 || first === undefined || second === undefined) return undefined;
  const little = order === 1;
  const machine = machines[little ? first + second * 256 : first * 256 + second] ?? "unknown";
  return machine === "ppc64" && little ? "ppc64le" : machine;
}
