import type { ExecOptions, ExecResult, RemotePath, Transport } from "@hpckit/core";
import { fromOctets, octets } from "../guard/octets.js";

/** Names as they are, each ended by a NUL, in a form that no program takes for an option. */
export const pathList = (entries: readonly { readonly path: RemotePath }[]): Buffer => fromOctets(entries.map(({ path }) => `./${octets(path)}\0`).join(""));

/** Runs a program over there with paths below a folder as its last words, as often as their number asks for. */
export const runOnPaths = (transport: Transport, root: string, entries: readonly { readonly path: RemotePath }[], words: readonly string[], options: Pick<ExecOptions, "maxOutputBytes" | "signal">): Promise<ExecResult> =>
  transport.exec(["xargs", "-0", ...words], { ...options, cwd: root.startsWith("/") ? root : `./${root}`, stdin: pathList(entries), env: { LC_ALL: "C" } });
