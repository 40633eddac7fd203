import { toCommand, type ExecStream, type Launch } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { expect, it } from "vitest";
import { nodeTransport } from "./node-transport.js";

it("a transport over a node puts no variable into the arguments of a process, secret or not", async () => {
  const login = scriptedTransport(() => ({}));
  const launches: Launch[] = [];
  const run = (launch: Launch): Promise<ExecStream> => {
    launches.push(launch);
    return Promise.resolve(login.stream(["true"]));
  };
  const node = nodeTransport({ login, nodes: ["c1"], run });
  await node.exec(["true"], { env: { PIP_INDEX_URL: "https://canary" } });
  const commands = launches.map(toCommand);
  expect(commands.map(({ argv }) => argv.join(" "))).toEqual([expect.stringMatching(/^(?!.*canary).*PIP_INDEX_URL/s)]);
  expect(commands.flatMap(({ env }) => Object.values(env)).map((value) => value.reveal())).toEqual(["https://canary"]);
});
