import { parseOptions } from "@hpckit/core";
import { z } from "zod";
import { byName, normalName, type Distribution } from "./distribution.js";

export interface ChangedDistribution {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** What differs between two environments, each list by name. */
export interface DistributionChanges {
  readonly added: readonly Distribution[];
  readonly removed: readonly Distribution[];
  readonly changed: readonly ChangedDistribution[];
}

const distributions = z.array(z.object({ name: z.string(), version: z.string() }, { error: "a distribution as exportEnvironment lists it" }), { error: "the `distributions` of exportEnvironment" });

/** Compares what is installed in two environments: names in every spelling, versions, and where something came from if not by name. */
export function compareDistributions(before: readonly Distribution[], after: readonly Distribution[]): DistributionChanges {
  parseOptions(distributions, before, "compareDistributions");
  parseOptions(distributions, after, "compareDistributions");
  const old = new Map(before.map((each) => [normalName(each.name), each]));
  const names = new Set(after.map(({ name }) => normalName(name)));
  const changed = after.flatMap((each): ChangedDistribution[] => {
    const was = old.get(normalName(each.name));
    return was === undefined || told(was) === told(each) ? [] : [{ name: each.name, from: told(was), to: told(each) }];
  });
  return {
    added: after.filter(({ name }) => !old.has(normalName(name))).sort(byName),
    removed: before.filter(({ name }) => !names.has(normalName(name))).sort(byName),
    changed: changed.sort(byName),
  };
}

const told = ({ version, origin }: Distribution): string => (origin === undefined ? version : `${version} from ${origin.url}${origin.commit === undefined ? "" : `@${origin.commit}`}`);
