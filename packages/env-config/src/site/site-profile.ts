import type { MemorySize, MemorySizeInput } from "@hpckit/core";
import type { SiteFolder, SiteLogin, SiteNodes, SiteTransfer } from "./site-places.js";
import type { SiteAccounts, SiteCron, SiteEngine, SiteModules, SiteMpi, SitePolling, SitePython, SiteSlurm } from "./site-services.js";

/**
 * What a person knows of a site, as data that people of different projects can share: no account, no secret. What is left out is unknown.
 * What a cluster says of itself at any time (limits, partitions, what runs) is asked when it is needed, and not kept here.
 */
export interface SiteProfile<Size = MemorySize> {
  /** Its name in layers and messages, e.g. `keeling`. */
  readonly name: string;
  readonly description?: string | undefined;
  readonly login?: SiteLogin | undefined;
  readonly transfer?: SiteTransfer | undefined;
  readonly slurm?: SiteSlurm | undefined;
  /** Partitions by what they are for: `{ default: "standard", test: "dev" }`. */
  readonly partitions?: Readonly<Record<string, string>> | undefined;
  readonly accounts?: SiteAccounts | undefined;
  readonly modules?: SiteModules | undefined;
  readonly home?: SiteFolder<Size> | undefined;
  readonly scratch?: SiteFolder<Size> | undefined;
  /** Other folders by what they are for: `{ incoming: { path: "/data/incoming", group: "caqrn" } }`. */
  readonly folders?: Readonly<Record<string, SiteFolder<Size>>> | undefined;
  readonly mpi?: SiteMpi | undefined;
  readonly engine?: SiteEngine | undefined;
  readonly python?: SitePython | undefined;
  readonly cron?: SiteCron | undefined;
  readonly polling?: SitePolling | undefined;
  readonly nodes?: SiteNodes | undefined;
  /** Where images and environments are built, as login nodes may kill heavy work and nodes may have no network. */
  readonly builds?: "login" | "transfer" | "job" | undefined;
}

/** As it is written: sizes as text such as `50G`. */
export type SiteProfileInput = SiteProfile<MemorySizeInput>;
