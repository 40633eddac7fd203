import { expandNodeList } from "../node/node-list.js";
import type { Partition } from "../partition/partition.js";
import type { Reservation } from "./reservation.js";

/** A time in which nodes are kept free for their maintenance. */
export interface MaintenanceWindow {
  readonly reservation: string;
  /** Seconds since the epoch. Of one that repeats: the next time, or the current. */
  readonly startsAtSeconds: number;
  /** `Infinity` without an end. */
  readonly endsAtSeconds: number;
  readonly nodes: readonly string[];
  /** The partitions that lose nodes to it. */
  readonly partitions: readonly { readonly name: string; readonly nodes: readonly string[]; readonly allNodes: boolean }[];
}

/** The maintenance windows among reservations, the next first. */
export function findMaintenanceWindows(reservations: readonly Reservation[], partitions: readonly Partition[]): readonly MaintenanceWindow[] {
  const members = partitions.map(({ name, nodes }) => ({ name, all: expandNodeList(nodes) ?? [] }));
  return reservations
    .filter(({ isMaintenance }) => isMaintenance)
    .map(({ name: reservation, startsAtSeconds, endsAtSeconds, nodes }) => {
      const taken = new Set(nodes);
      const hit = members.flatMap(({ name, all }) => {
        const lost = all.filter((node) => taken.has(node));
        return lost.length === 0 ? [] : [{ name, nodes: lost, allNodes: lost.length === all.length }];
      });
      return { reservation, startsAtSeconds, endsAtSeconds, nodes, partitions: hit };
    })
    .sort((one, other) => one.startsAtSeconds - other.startsAtSeconds);
}
