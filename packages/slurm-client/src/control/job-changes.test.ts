import { OptionsError, parseOptions } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { renderChanges } from "./job-changes.js";
import { jobUpdateSchema } from "./job-update.js";

const words = (update: unknown): string => renderChanges(parseOptions(jobUpdateSchema, update, "job.update")).map(({ name, value }) => `${name}=${value}`).join(" ");

describe("changes of a job", () => {
  it.each([
    [{ time: "90m" }, "TimeLimit=0-01:30:00"],
    [{ time: "unlimited" }, "TimeLimit=UNLIMITED"],
    [{ partition: "dev,standard", qos: "low", account: "climate", reservation: null }, "Partition=dev,standard QOS=low Account=climate ReservationName="],
    [{ nodes: 2 }, "NumNodes=2"],
    [{ nodes: { min: 1, max: 4 }, ntasks: 8, cpusPerTask: 2 }, "NumNodes=1-4 CPUsPerTask=2 NumTasks=8"],
    [{ memory: "2G" }, "MinMemoryNode=2048"],
    [{ memoryPerCpu: { bytes: 1 } }, "MinMemoryCPU=1"],
    [{ dependency: { afterOk: ["5", { id: "6" }] } }, "Dependency=afterok:5:6"],
    [{ dependency: null, constraint: null, licenses: null, nodelist: null, exclude: null, comment: null }, "Dependency= Features= Licenses= ReqNodeList= ExcNodeList= Comment="],
    [{ begin: { in: "2h" } }, "StartTime=now+7200seconds"],
    [{ begin: { in: "0s" } }, "StartTime=now+0seconds"],
    [{ begin: new Date(1_795_179_600_000) }, "StartTime=uts1795179600"],
    [{ licenses: ["matlab:2", "x"], nodelist: ["c1", "c2"], exclude: "c[3-5]" }, "Licenses=matlab:2,x ReqNodeList=c1,c2 ExcNodeList=c[3-5]"],
    [{ name: "a b", comment: "it's = \"x\"" }, `JobName=a b Comment=it's = "x"`],
    [{ timeMin: "5m", delayBoot: "1h", temporaryDisk: "1G", minCpusPerNode: 4 }, "TimeMin=0-00:05:00 MinCPUsNode=4 MinTmpDiskNode=1024 DelayBoot=0-01:00:00"],
    [{ gpus: 2, gpusPerTask: { type: "a100", count: 1 } }, "TresPerJob=gres:gpu:2 TresPerTask=gres:gpu:a100:1"],
    [{ gpusPerNode: [{ type: "a100", count: 1 }, { type: "h100", count: 2 }] }, "TresPerNode=gres:gpu:a100:1,gres:gpu:h100:2"],
    [{ gres: ["gpu:a100:2", { name: "nic" }] }, "TresPerNode=gres:gpu:a100:2,gres:nic:1"],
    [{ cpusPerGpu: 4, memoryPerGpu: "1.5G", gpuFrequency: { gpu: "medium", memory: "high" } }, "CpusPerTres=gres:gpu:4 MemPerTres=gres:gpu:1536 TresFreq=gpu:medium,memory=high"],
    [{ socketsPerNode: 1, coresPerSocket: 2, threadsPerCore: 1 }, "ReqSockets=1 ReqCores=2 ReqThreads=1"],
    [{ mailTypes: ["END", "TIME_LIMIT_90"], mailUser: "alice@example.org", wckey: "one", extra: "a b", workFolder: "/scratch/it's" }, "Extra=a b WCKey=one WorkDir=/scratch/it's MailType=END,TIME_LIMIT_90 MailUser=alice@example.org"],
    [{ prefer: "icelake", switches: { count: 1, maxWait: "90s" } }, "Prefer=icelake Switches=1@0-00:01:30"],
    [{ prefer: null, switches: null, mailTypes: null, mailUser: null }, "Prefer= Switches=0 MailType=NONE MailUser="],
    [{ extraChanges: { EndTime: "now+1hour", Nice: "-5", AdminComment: "a = 'b'", BurstBuffer: "" }, time: "5m" }, "TimeLimit=0-00:05:00 EndTime=now+1hour Nice=-5 AdminComment=a = 'b' BurstBuffer="],
    [{ requeue: false, atOnce: 0, nice: 5 }, "Nice=5 Requeue=0 ArrayTaskThrottle=0"],
  ])("%j is written %s", (update, expected) => {
    expect(words(update)).toBe(expected);
  });

  it.each([
    [{ tiem: "1h" }, 'did you mean "time"?'],
    [{ time: "0m" }, "Slurm takes 0 for unlimited"],
    [{ memory: "0" }, "more than nothing"],
    [{ memory: "1G", memoryPerCpu: "1G" }, "one of them"],
    [{ memoryPerGpu: "1G", memoryPerCpu: "1G" }, "one of them"],
    [{ gres: ["nic:1"], gpusPerNode: 1 }, "name all in gres"],
    [{ gres: null }, "a list of"],
    [{ mailTypes: ["NONE"] }, "one of BEGIN"],
    [{ extraChanges: { "TimeLimit=5 UserID": "0" } }, "is not one name"],
    [{ extraChanges: { JobID: "1" } }, "extraChanges.JobID: JobId belongs to the client"],
    [{ extraChanges: { EndTime: "now\nUserID=0" } }, "one line"],
    [{ partition: "" }, "one word"],
    [{ partition: "dev UserId=root" }, "one word"],
    [{ nodelist: ["c1 c2"] }, "names of nodes"],
    [{ nodeList: "c1" }, 'did you mean "nodelist"?'],
    [{ comment: "a\nb" }, "one line"],
    [{ nice: -1 }, "operator"],
    [{ nodes: { min: 3, max: 2 } }, "min is more than max"],
  ])("%j is refused", (update, message) => {
    expect(() => words(update)).toThrow(OptionsError);
    expect(() => words(update)).toThrow(message);
  });
});
