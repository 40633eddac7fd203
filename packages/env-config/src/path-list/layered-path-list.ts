import { issueAt, type ConfigIssue, type Origin } from "../config/config-error.js";
import { isPathList } from "./path-list.js";
import { parsePathListInput } from "./path-list-input.js";

/** One folder as a layer wrote it. */
export interface LayeredFolder {
  readonly text: string;
  readonly origin: Origin;
  /** `${NAME}` in it is text, not a reference. */
  readonly literal: boolean;
}

/** What layers say of a list of folders, each with its origin. References are still to be expanded. */
export class LayeredPathList {
  readonly inherits: boolean;
  readonly before: readonly LayeredFolder[];
  readonly after: readonly LayeredFolder[];

  constructor(inherits: boolean, before: readonly LayeredFolder[], after: readonly LayeredFolder[]) {
    this.inherits = inherits;
    this.before = before;
    this.after = after;
  }

  /** Puts this over what lower layers say: additions keep it, a whole list replaces it. */
  over(below: LayeredPathList): LayeredPathList {
    return this.inherits ? new LayeredPathList(below.inherits, [...this.before, ...below.before], [...below.after, ...this.after]) : this;
  }

  /** As a layer writes it. */
  written(): unknown {
    const [before, after] = [this.before, this.after].map((folders) => folders.map(({ text }) => text));
    return this.inherits ? { prepend: before, append: after } : [...(before ?? []), ...(after ?? [])];
  }
}

export interface ReadContext {
  readonly name: string;
  readonly literal: boolean;
  /** Where a part of the value stands. */
  readonly originOf: (at: readonly string[]) => Origin;
}

/** Reads what one layer says of a list of folders. */
export function readPathList(value: unknown, { name, literal, originOf }: ReadContext): LayeredPathList | ConfigIssue {
  if (isPathList(value)) {
    const [before, after] = [value.before, value.after].map((folders) => folders.map((text) => ({ text, origin: originOf([]), literal })));
    return new LayeredPathList(value.inherits, before ?? [], after ?? []);
  }
  const parsed = parsePathListInput(value);
  if (parsed.kind === "refused") return issueAt(name, parsed.reason, originOf([]));
  const [before, after] = [parsed.before, parsed.after].map((folders) => folders.map(({ text, at }) => ({ text, origin: originOf(at), literal })));
  return new LayeredPathList(parsed.inherits, before ?? [], after ?? []);
}
