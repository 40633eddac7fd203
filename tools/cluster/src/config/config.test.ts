import { describe, expect, it } from "vitest";
import { portsFrom } from "../host/ports.js";
import { renderHosts } from "./hosts.js";
import { renderSlurmConf } from "./slurm-conf.js";
import { renderSlurmdbdConf } from "./slurmdbd-conf.js";
import { renderSshdConfig } from "./sshd-config.js";

const ports = portsFrom(21000);

describe("slurm.conf", () => {
  const text = renderSlurmConf({ clusterName: "test", ports, hasMemoryCgroup: true });

  it("gives each node a port of its own on this machine", () => {
    const nodes = text.split("\n").filter((line) => /^NodeName=c\d/.test(line));
    expect(nodes.map((line) => /Port=(\d+)/.exec(line)?.[1])).toEqual(["21002", "21003", "21004", "21005"]);
    expect(nodes.every((line) => line.includes("NodeHostname=test NodeAddr=127.0.0.1"))).toBe(true);
  });

  it("enforces memory only where the kernel can", () => {
    expect(text).toContain("TaskPlugin=task/cgroup");
    expect(renderSlurmConf({ clusterName: "test", ports, hasMemoryCgroup: false })).toContain("TaskPlugin=task/none");
  });

  it("lets only the preemptible partition be preempted", () => {
    const preempted = text.split("\n").filter((line) => line.startsWith("PartitionName=") && line.includes("PreemptMode=REQUEUE"));
    expect(preempted).toHaveLength(1);
    expect(preempted[0]).toContain("PartitionName=preemptible");
  });
});

describe("the other daemons' configuration", () => {
  it("meets slurm.conf on the port of slurmdbd", () => {
    expect(renderSlurmdbdConf(ports)).toContain("DbdPort=21001\n");
  });

  it("spares an old sshd the option that it refuses", () => {
    expect(renderSshdConfig({ port: 21006, hasPenalties: true })).toContain("PerSourcePenalties no");
    expect(renderSshdConfig({ port: 21006, hasPenalties: false })).not.toContain("PerSourcePenalties");
  });

  it("names the nodes on the loopback address and keeps the machine's own hosts", () => {
    expect(renderHosts("test", "192.0.2.7 mirror\n")).toBe(
      "127.0.0.1 localhost\n::1 localhost ip6-localhost\n127.0.0.1 test c1 c2 c3 c4\n192.0.2.7 mirror\n",
    );
  });
});
