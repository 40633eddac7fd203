import { createServer } from "node:net";

/** TCP ports of one cluster, all on the loopback address. */
export interface ClusterPorts {
  readonly slurmctld: number;
  readonly slurmdbd: number;
  readonly slurmd: readonly [number, number, number, number];
  readonly sshd: number;
  readonly slurmrestd: number;
  /** Of a second cluster beside it. */
  readonly sibling: { readonly slurmctld: number; readonly slurmd: number };
}

const BLOCK = 10;
// Below the kernel's ephemeral range (32768 on), so that no outgoing connection sits on a port of ours.
const FIRST = 21000;
const LAST = 30000;

/**
 * Finds a block of ports that no other cluster has and on which nothing listens.
 * Callers hold the clusters' lock until the block is written down.
 */
export async function findPorts(taken: readonly ClusterPorts[]): Promise<ClusterPorts> {
  const bases = new Set(taken.map((ports) => ports.slurmctld));
  for (let base = FIRST; base < LAST; base += BLOCK) {
    if (bases.has(base)) continue;
    const free = await Promise.all(Array.from({ length: BLOCK }, (_, offset) => isFree(base + offset)));
    if (free.every(Boolean)) return portsFrom(base);
  }
  throw new Error(`no ${BLOCK} neighbouring ports are free between ${FIRST} and ${LAST}`);
}

export function portsFrom(base: number): ClusterPorts {
  return {
    slurmctld: base,
    slurmdbd: base + 1,
    slurmd: [base + 2, base + 3, base + 4, base + 5],
    sshd: base + 6,
    slurmrestd: base + 7,
    sibling: { slurmctld: base + 8, slurmd: base + 9 },
  };
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "0.0.0.0", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
