/** What is installed, as its own metadata says. */
export interface Distribution {
  /** As it calls itself; `normalName` compares. */
  readonly name: string;
  readonly version: string;
  /** Asked for by name, rather than needed by another; undefined for what uv installed, which says so of everything. */
  readonly isRequested: boolean | undefined;
  /** `pip`, `uv`, … */
  readonly installer: string | undefined;
  /** As it says what it depends on, markers and extras included. */
  readonly requires: readonly string[];
  /** Where it came from, if it came by address or path and not by name. */
  readonly origin: DistributionOrigin | undefined;
}

export interface DistributionOrigin {
  readonly url: string;
  readonly isEditable: boolean;
  /** Of a repository: the commit that was taken. */
  readonly commit: string | undefined;
}

/** The one spelling of a name. @see PEP 503, Normalized Names */
export const normalName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, "-");

/** Between two names, as people look for them. */
export const byName = (one: { readonly name: string }, other: { readonly name: string }): number => (normalName(one.name) < normalName(other.name) ? -1 : 1);
