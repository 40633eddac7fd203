import { shownPath } from "../file/path.js";
import type { SkipReason, SyncPlan, SyncStep } from "./sync-plan.js";

const reasons: Readonly<Record<SkipReason, string>> = {
  special: "neither file, folder nor link",
  "in-the-way": "something else stands there that is kept",
  "below-skipped": "the folder around it is skipped",
  "holds-kept": "it holds something that is kept",
};

/** A plan as people read it: a line for each step, then what is skipped, then the sums. */
export function formatSyncPlan({ direction, local, remote, makesFolder, steps, skipped, totals }: SyncPlan): string {
  const { created, replaced, modesSet, deleted, unchanged, surplus, excluded, bytes } = totals;
  const sums = [
    `${created} to create`,
    `${replaced} to replace`,
    `${modesSet} modes to set`,
    `${deleted} to delete`,
    `${unchanged} unchanged`,
    ...(surplus > 0 ? [`${surplus} more there that stay`] : []),
    ...(excluded > 0 ? [`${excluded} excluded`] : []),
    `${bytes} bytes to copy`,
  ];
  return [
    `${direction === "up" ? `${local} → ${remote}` : `${remote} → ${local}`}${makesFolder ? " (to be made)" : ""}`,
    ...steps.map((step) => `  ${describe(step)}`),
    ...skipped.map(({ path, reason }) => `  skip      ${quoted(shownPath(path))} (${reasons[reason]})`),
    sums.join(", "),
    "",
  ].join("\n");
}

function describe(step: SyncStep): string {
  const path = quoted(shownPath(step.path));
  switch (step.action) {
    case "create":
      return `create    ${path}${step.source.kind === "folder" ? "/" : ""}`;
    case "replace":
      return `replace   ${path} (${step.reason === "kind" ? `${step.target.kind} becomes ${step.source.kind}` : step.reason})`;
    case "set-mode":
      return `set mode  ${path} (${step.target.mode === step.mode ? `${octal(step.mode)}, opened meanwhile` : `${octal(step.target.mode)} becomes ${octal(step.mode)}`})`;
    case "delete":
      return `delete    ${path}${step.target.kind === "folder" ? "/" : ""}`;
  }
}

const octal = (mode: number): string => mode.toString(8).padStart(4, "0");

/** A name that a terminal would obey, or that would look like two lines, is shown as JSON. */
const quoted = (path: string): string => (/[\p{Cc}\p{Cf}\u2028\u2029"\\]|^\s|\s$/u.test(path) ? JSON.stringify(path).replaceAll(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, escape) : path);

const escape = (character: string): string => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
