import { OptionsError, type OptionsIssue } from "@hpckit/core";

/** Where a value was written. */
export interface Origin {
  /** Name of the layer. */
  readonly layer: string;
  readonly file?: string | undefined;
  /** Line of the file, from 1, where it is known. */
  readonly line?: number | undefined;
}

/** One thing that is wrong with a configuration; `path` is the variable's name. */
export interface ConfigIssue extends OptionsIssue, Partial<Origin> {}

/** A configuration cannot be used. Everything that is wrong with it is listed at once, a line each; no secret is shown. */
export class ConfigError extends OptionsError {
  static {
    this.prototype.name = "ConfigError";
  }

  declare readonly issues: readonly ConfigIssue[];

  constructor(issues: readonly ConfigIssue[]) {
    super("configuration", issues, { layout: "list" });
  }
}

/** An issue that says where the value stands: `expected number, received string, in layer site (config/site.yaml:4)`. */
export const issueAt = (path: string, message: string, origin: Origin): ConfigIssue => ({
  path,
  message: `${message}, in layer ${describeOrigin(origin)}`,
  ...origin,
});

export function describeOrigin({ layer, file, line }: Origin): string {
  if (file === undefined) return layer;
  return `${layer} (${file}${line === undefined ? "" : `:${line}`})`;
}
