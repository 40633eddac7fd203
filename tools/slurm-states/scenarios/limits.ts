import type { Scenario } from "../scenario.js";
import type { Stage } from "../stage.js";

/** One limit of a QOS or an account of alice's. */
const limit = (owner: "qos" | "account", setting: string, bound: number, shows: RegExp): Scenario => {
  const target = owner === "qos" ? "qos tight" : "account climate";
  return {
    name: `${owner} ${setting}=${bound}`,
    shows,
    async bring({ root, submit }: Stage): Promise<string> {
      if (owner === "qos") await root("sacctmgr -i add qos tight && sacctmgr -i modify user alice set qos+=tight");
      await root(`sacctmgr -i modify ${target} set ${setting}=${bound}`);
      return submit([owner === "qos" ? "--qos=tight" : "--account=climate"]);
    },
    undo: async ({ root }) => root(`sacctmgr -i modify ${target} set ${setting}=-1${owner === "qos" ? "; sacctmgr -i delete qos tight" : ""}`),
  };
};

/** Those that a job can run into by a resource that it does not ask for, or of which none was used so far. */
export const limits: readonly Scenario[] = [
  limit("qos", "GrpTRESMins=mem", 0, /^PENDING QOSGrpMemoryMinutes/),
  limit("account", "GrpTRESMins=mem", 0, /^PENDING AssocGrpMemMinutes/),
  limit("qos", "MinTRESPerJob=energy", 100_000, /^PENDING QOSMinEnergy/),
  limit("qos", "MinTRESPerJob=vmem", 100_000, /^PENDING QOSMinUnknown/),
];
