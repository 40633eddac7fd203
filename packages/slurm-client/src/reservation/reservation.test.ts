import { OutputUnreadableError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { allClusterRecordings, answerRecorded } from "../fixtures/cluster-recordings.js";
import { partitionsQuestion } from "../partition/partition.js";
import { findMaintenanceWindows } from "./maintenance-window.js";
import { parseReservations, reservationsQuestion } from "./reservation.js";

describe.each(allClusterRecordings)("reservations of Slurm $version", (cluster) => {
  const reservations = answerRecorded(cluster, "reservations", reservationsQuestion);
  const named = (name: string): unknown => reservations.find((each) => each.name === name);

  it("say when, what and for whom", () => {
    expect(named("maint1")).toMatchObject({ active: false, isMaintenance: true, flags: ["MAINT", "IGNORE_JOBS", "SPEC_NODES"], otherFlags: [], nodes: ["c3", "c4"], coreCount: 128, users: { only: ["root"], except: [] }, accounts: { only: [], except: [] }, licenses: [] });
    expect(named("acct")).toMatchObject({ isMaintenance: false, flags: ["DAILY"], partition: "standard", accounts: { only: ["climate"] }, licenses: ["matlab:2"], nodes: ["c1"] });
    for (const { startsAtSeconds, endsAtSeconds } of reservations) expect(endsAtSeconds).toBeGreaterThan(startsAtSeconds);
  });

  it("become windows of maintenance, with the partitions that lose nodes", () => {
    const windows = findMaintenanceWindows(reservations, answerRecorded(cluster, "partitions", partitionsQuestion));
    expect(windows).toHaveLength(1);
    expect(windows[0]).toMatchObject({ reservation: "maint1", nodes: ["c3", "c4"] });
    expect(windows[0]?.partitions).toContainEqual({ name: "standard", nodes: ["c3", "c4"], allNodes: false });
    expect(windows[0]?.partitions).toContainEqual({ name: "limited", nodes: ["c3"], allNodes: false });
    expect(windows[0]?.partitions.map(({ name }) => name)).not.toContain("closed");
  });
});

describe("an answer about reservations", () => {
  it("may be that there are none, and nothing less", () => {
    expect(parseReservations("No reservations in the system\n")).toEqual([]);
    expect(() => parseReservations("")).toThrow(OutputUnreadableError);
  });

  it("keeps a name with blanks, a comment with anything, and those who are excepted", () => {
    const [read] = parseReservations("ReservationName=two words StartTime=10 EndTime=20 Nodes=c[1-2] CoreCnt=4 Flags=PURGE_COMP=00:05:00,NEWER Users=-bob,-carol Accounts=(null) State=ACTIVE MaxStartDelay=(null) Comment=x State=INACTIVE Users=root\n");
    expect(read).toMatchObject({ name: "two words", active: true, flags: ["PURGE_COMP"], otherFlags: ["NEWER"], users: { only: [], except: ["bob", "carol"] }, comment: "x State=INACTIVE Users=root" });
  });

  it("that cannot be read is none", () => {
    expect(() => parseReservations("ReservationName=a StartTime=soon\n")).toThrow(OutputUnreadableError);
    expect(() => parseReservations("ReservationName=a StartTime=1 Nodes=c[1-\n")).toThrow(OutputUnreadableError);
  });
});
