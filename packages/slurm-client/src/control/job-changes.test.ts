import { OptionsError, parseOptions } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { jobUpdateSchema, renderChanges } from "./job-changes.js";

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
    [{ requeue: false, atOnce: 0, nice: 5 }, "Nice=5 Requeue=0 ArrayTaskThrottle=0"],
  ])("%j is written %s", (update, expected) => {
    expect(words(update)).toBe(expected);
  });

  it.each([
    [{ tiem: "1h" }, 'did you mean "time"?'],
    [{ time: "0m" }, "Slurm takes 0 for unlimited"],
    [{ memory: "0" }, "more than nothing"],
    [{ memory: "1G", memoryPerCpu: "1G" }, "not both"],
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
