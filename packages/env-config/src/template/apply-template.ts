import { filePolicySchema, parseOptions, requireTransport, PathRefusedError, Secret, secretFiles, type Cancellable, type FilePolicy, type Transport } from "@hpckit/core";
import { z } from "zod";
import { harmless } from "../explain/show-value.js";
import { shownText } from "../secret/secret-text.js";
import { revealed } from "../variable/variable-text.js";
import { compareLines } from "./compare-lines.js";

/** A file that was rendered, and where it goes. */
export interface RenderedFile extends Cancellable {
  /** Absolute path over there; its folder exists. */
  readonly to: string;
  /** By `renderTemplate` or `renderVariables`. One that holds a secret is written for the account alone, whatever the policy says. */
  readonly text: string | Secret;
  /** Mode and group; by default those of the file that is there. */
  readonly policy?: FilePolicy | undefined;
}

/** One line of a difference, with no secret in it. */
export interface FileDifference {
  readonly kind: "added" | "removed";
  readonly text: string;
}

/** What {@link applyTemplate} would do. `mode` is that of the file afterwards, where it is set. */
export type FilePlan = { readonly to: string; readonly mode: number | undefined } & (
  | { readonly kind: "unchanged" }
  | { readonly kind: "create" | "replace"; readonly differences: readonly FileDifference[] }
  | { readonly kind: "change-mode"; readonly from: number }
  | { readonly kind: "change-group"; readonly group: string }
);

const schema: z.ZodType<RenderedFile> = z.strictObject({
  to: z.string().startsWith("/"),
  text: z.union([z.string(), z.instanceof(Secret)], { error: "a text, or a Secret that holds one" }),
  policy: filePolicySchema.optional(),
  signal: z.instanceof(AbortSignal).optional(),
});

/**
 * Finds out what writing a file would change; changes nothing. Lines with secrets are shown as `[secret]`; of an old file that only its owner may
 * read, no line is.
 * @throws PathRefusedError if something other than a file is there.
 */
export async function planTemplate(on: Transport, file: RenderedFile): Promise<FilePlan> {
  requireTransport(on, "planTemplate");
  const { to, text, signal } = parseOptions(schema, file, "planTemplate");
  const { fileMode: mode, group } = policyOf(file) ?? {};
  const found = await on.stat(to, { signal });
  const wanted = revealed(text);
  if (found === undefined) return { kind: "create", to, mode, differences: differences("", text, false) };
  if (found.kind !== "file") throw new PathRefusedError(`${to} is no file but a ${found.kind}; nothing was written: remove it, or choose another path`);
  const old = await on.readFile(to, { signal });
  if (Buffer.from(wanted).equals(old)) {
    if (mode !== undefined && mode !== found.mode) return { kind: "change-mode", to, mode, from: found.mode };
    return group === undefined || (await isOfGroup(on, file, group)) ? { kind: "unchanged", to, mode } : { kind: "change-group", to, mode, group };
  }
  return { kind: "replace", to, mode, differences: differences(Buffer.from(old).toString("utf8"), text, text instanceof Secret || (found.mode & 0o077) === 0) };
}

/**
 * Writes a rendered file, only when it would change, and as a whole: readers see the old file or the new one.
 *
 * Guarantees: doing it again changes nothing. A file with a secret has no permission for group and others from its first byte on.
 * @throws PathRefusedError if something other than a file is there, e.g. a link: nothing was written.
 */
export async function applyTemplate(on: Transport, file: RenderedFile): Promise<"written" | "unchanged"> {
  const plan = await planTemplate(on, file);
  if (plan.kind === "unchanged") return "unchanged";
  await on.writeFile(file.to, revealed(file.text), { policy: policyOf(file), signal: file.signal });
  return "written";
}

/** A plan for people to read: nothing in it can command a terminal. */
export function formatFilePlan(plan: FilePlan): string {
  const mode = plan.mode === undefined ? "" : ` (mode 0${plan.mode.toString(8)})`;
  switch (plan.kind) {
    case "unchanged":
      return `unchanged ${plan.to}`;
    case "change-mode":
      return `change mode of ${plan.to}: 0${plan.from.toString(8)} → 0${(plan.mode ?? 0).toString(8)}`;
    case "change-group":
      return `change group of ${plan.to}: ${plan.group}`;
    case "create":
    case "replace":
      return [`${plan.kind} ${plan.to}${mode}`, ...plan.differences.map(({ kind, text }) => `  ${kind === "added" ? "+" : "-"} ${text.split("\t").map(harmless).join("\t")}`)].join("\n");
  }
}

/** Where it cannot be told, it is written again, which gives it the group. @see stat(1), GNU */
async function isOfGroup(on: Transport, { to, signal }: RenderedFile, group: string): Promise<boolean> {
  const { stdout, exitCode } = await on.exec(["stat", "--format=%G", "--", to], { signal });
  return exitCode === 0 && stdout.trimEnd() === group;
}

/** With a secret, no bits for group and others. */
function policyOf({ text, policy }: RenderedFile): FilePolicy | undefined {
  if (!(text instanceof Secret)) return policy;
  return policy === undefined ? secretFiles : { ...policy, fileMode: policy.fileMode & 0o700, folderMode: policy.folderMode & 0o700 };
}

function differences(old: string, wanted: string | Secret, hidesOld: boolean): readonly FileDifference[] {
  const oldLines = linesOf(old);
  const shown = linesOf(wanted instanceof Secret ? shownText(wanted) : wanted);
  return compareLines(oldLines, linesOf(revealed(wanted))).map(({ kind, index }) => ({ kind, text: kind === "added" ? (shown[index] ?? "[secret]") : hidesOld ? "[not shown: the file may hold secrets]" : (oldLines[index] ?? "") }));
}

const linesOf = (text: string): readonly string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));
