import type { Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe } from "vitest";
import { batchTests } from "./batch-tests.js";
import { commandTests } from "./command-tests.js";
import { connectionTests } from "./connection-tests.js";
import { copyKeepingTests } from "./copy-keeping-tests.js";
import { copyTests } from "./copy-tests.js";
import { resumeTests } from "./resume-tests.js";
import { treeTests } from "./tree-tests.js";
import { endingTests } from "./ending-tests.js";
import { fileTests } from "./file-tests.js";
import { syncTests } from "./sync-tests.js";
import { streamTests } from "./stream-tests.js";

/** What {@link describeTransport} accepts. */
export interface DescribeTransportOptions {
  /** Whether {@link Transport.connect} can reach a server that these tests start on this machine; by default not tried. */
  readonly reachesThisMachine?: boolean | undefined;
}

/** What the tests of one transport share. */
export interface TransportUnderTest {
  readonly transport: Transport;
  /** An empty folder over there, removed at the end. */
  readonly folder: string;
}

/** vitest's own 5 s are for tests without a network. */
const longestTestMs = 120_000;

/**
 * Tests, with vitest, every guarantee that {@link Transport} makes. For whoever writes one.
 * @param connect - gives a transport to a machine on which an empty folder may be made below `/tmp`.
 */
export function describeTransport(name: string, connect: () => Promise<Transport>, { reachesThisMachine = false }: DescribeTransportOptions = {}): void {
  describe(`transport: ${name}`, { timeout: longestTestMs }, () => {
    let shared: TransportUnderTest | undefined;
    const under = (): TransportUnderTest => {
      if (shared === undefined) throw new Error("the transport is not connected");
      return shared;
    };

    beforeAll(async () => {
      const transport = await connect();
      const made = await transport.exec(["mktemp", "-d", "/tmp/hpckit transport'test-XXXXXX"], { check: true });
      shared = { transport, folder: made.stdout.trim() };
    }, 60_000);
    afterAll(async () => {
      if (shared === undefined) return;
      await shared.transport.remove(shared.folder, { recursive: true });
      await shared.transport[Symbol.asyncDispose]();
    }, 60_000);

    describe("commands", () => commandTests(under));
    describe("batches", () => batchTests(under));
    describe("ends before the end", () => endingTests(under, connect));
    describe("streams", () => streamTests(under));
    describe("files", () => fileTests(under));
    describe("copies", () => copyTests(under));
    describe("what copies keep", () => copyKeepingTests(under));
    describe("copies that were cut", () => resumeTests(under));
    describe("trees", () => treeTests(under));
    describe("syncs", () => syncTests(under));
    if (reachesThisMachine) describe("connections", () => connectionTests(under));
  });
}
