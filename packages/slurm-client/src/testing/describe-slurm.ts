import type { Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe } from "vitest";
import { connectSlurm } from "../slurm/connect-slurm.js";
import type { RestOptions } from "../rest/rest-options.js";
import type { Slurm } from "../slurm/slurm.js";
import { controlTests } from "./control-tests.js";
import { allocationTests } from "./allocation-tests.js";
import { attachTests } from "./attach-tests.js";
import { environmentTests } from "./environment-tests.js";
import { forgetTests } from "./forget-tests.js";
import { keyTests } from "./key-tests.js";
import { listTests } from "./list-tests.js";
import { logTests } from "./log-tests.js";
import { lostReplyTests } from "./lost-reply-tests.js";
import { lostRestReplyTests } from "./lost-rest-reply-tests.js";
import { nodeTests } from "./node-tests.js";
import { outcomeTests } from "./outcome-tests.js";
import { refusalTests } from "./refusal-tests.js";
import { runTests } from "./run-tests.js";
import { secretTests } from "./secret-tests.js";
import { setTests } from "./set-tests.js";
import { stagingTests } from "./staging-tests.js";
import { stepTests } from "./step-tests.js";
import { submitTests } from "./submit-tests.js";
import { survivalTests } from "./survival-tests.js";

export interface DescribeSlurmOptions {
  /** A partition with a time limit of less than two days, that the user may use. */
  readonly partition: string;
  /** Another one that the user may use. Without it no job is moved. */
  readonly otherPartition?: string | undefined;
  /** A partition whose jobs make room for those of `partition`, and are queued again. Without it the tests of preemption are left out. */
  readonly preemptible?: string | undefined;
  /** Ends a node with all that runs on it, and brings it back. Without them the tests of node failure are left out. */
  readonly killNode?: ((node: string) => Promise<void>) | undefined;
  readonly restoreNode?: ((node: string) => Promise<void>) | undefined;
  /** Over which slurmrestd; by the command line without. */
  readonly rest?: (() => Promise<RestOptions>) | undefined;
  /** A folder of which each node has its own, such as `/tmp`. Without it the tests of staging are left out. */
  readonly nodeLocalRoot?: string | undefined;
  /** Whether the cluster ends jobs that use more memory than they asked for. */
  readonly enforcesMemory?: boolean | undefined;
}

/** What the tests of one cluster share. */
export interface SlurmUnderTest {
  readonly transport: Transport;
  readonly slurm: Slurm;
  /** An empty folder that all nodes see, removed at the end. */
  readonly folder: string;
  readonly options: DescribeSlurmOptions;
}

/** Jobs wait in a queue, and some tests wait for a time limit of a minute: vitest's own 5 s are for other tests. */
const longestTestMs = 300_000;

/**
 * Tests, with vitest, every guarantee of {@link Slurm} and its jobs, on a real cluster.
 * @param connect - signs in to the login node, as a user whose home all nodes see.
 */
export function describeSlurm(name: string, connect: () => Promise<Transport>, options: DescribeSlurmOptions): void {
  describe(`slurm: ${name}`, { timeout: longestTestMs }, () => {
    let shared: SlurmUnderTest | undefined;
    const under = (): SlurmUnderTest => {
      if (shared === undefined) throw new Error("the cluster is not connected");
      return shared;
    };

    beforeAll(async () => {
      const transport = await connect();
      const made = await transport.exec(["sh", "-c", 'mktemp -d "$HOME/hpckit slurm\'test-XXXXXX"'], { check: true });
      const folder = made.stdout.trim();
      const slurm = await connectSlurm(transport, { pollIntervalMs: 1000, stateFolder: `${folder}/state`, submitPaceMs: 100, patience: { lostMs: 5000, settleMs: 3000, heartbeatMs: 5000 }, rest: await options.rest?.() });
      shared = { transport, slurm, folder, options };
    }, 60_000);
    afterAll(async () => {
      if (shared === undefined) return;
      await shared.transport.remove(shared.folder, { recursive: true });
      await shared.transport[Symbol.asyncDispose]();
    }, 60_000);

    describe.concurrent("submission", () => submitTests(under));
    describe.concurrent("replies that are lost", () => (options.rest === undefined ? lostReplyTests(under) : lostRestReplyTests(under)));
    describe.concurrent("keys", () => keyTests(under));
    describe.concurrent("records of keys", () => forgetTests(under));
    describe.concurrent("refusals", () => refusalTests(under));
    describe.concurrent("outcomes", () => outcomeTests(under));
    describe.concurrent("lists", () => listTests(under));
    describe.concurrent("orders", () => controlTests(under));
    describe.concurrent("logs", () => logTests(under));
    describe.concurrent("environment", () => environmentTests(under));
    describe.concurrent("secrets", () => secretTests(under));
    describe.concurrent("a set of tasks", () => setTests(under));
    describe.concurrent("steps", () => stepTests(under));
    describe.concurrent("an allocation", () => allocationTests(under));
    const { nodeLocalRoot } = options;
    if (nodeLocalRoot !== undefined) describe.concurrent("staging", () => stagingTests(under, nodeLocalRoot));
    describe.concurrent("attaching", () => attachTests(under));
    describe.concurrent("steps of an allocation", () => runTests(under));
    describe.concurrent("jobs that survive their limit", () => survivalTests(under));
    if (options.killNode !== undefined && options.restoreNode !== undefined) describe("nodes that die", () => nodeTests(under));
  });
}
