import { known, unknown, type SiteFinding } from "./finding.js";
import type { SiteReport } from "./site-report.js";

/** How one signs in, and what cannot be seen from inside. @param host - as the transport calls it. */
export function loginFindings(report: SiteReport, host: string): readonly SiteFinding[] {
  const addresses = report.lines("addresses") ?? [];
  const machine = report.first("machine");
  const umask = report.first("umask");
  return [
    known("login.hosts", [host], `the name of this connection; the machine calls itself ${report.first("host") ?? "nothing"}`),
    ...(addresses.length > 1 ? [known("login.roundRobin", true, `getent ahosts names ${addresses.length} addresses: ${addresses.join(", ")}`)] : [unknown("login.roundRobin", "are there several login nodes behind one name?")]),
    unknown("login.secondFactor", "none, prompt (a person is asked at each sign-in), or key (handed out for keyHours)?"),
    ...(umask === undefined ? [] : [known("login.umask", umask, "umask of a login shell")]),
    unknown("transfer.hosts", "are there nodes for large copies?"),
    unknown("polling.pollFloorMs", "does the site ask for a least time between questions to Slurm?"),
    unknown("nodes.architectures", `those of the nodes; this login node is ${machine ?? "unknown"}`),
    unknown("nodes.network", "do jobs reach the Internet: open, proxy or none?"),
    unknown("builds", "may login nodes build images and environments (login), or is that for a transfer node, or a job?"),
  ];
}
