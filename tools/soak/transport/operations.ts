import { createCipheriv, createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Transport } from "@hpckit/core";
import type { FaultGround } from "./fault-ground.js";
import { syncing } from "./syncing.js";
import { describeTree, writeTree } from "./trees.js";

/** One thing that a transport does, and what may be left when its connection goes in the middle. */
export interface Operation {
  readonly name: string;
  /** Puts everything back to where it begins. */
  readonly prepare: (ground: FaultGround) => Promise<void>;
  /** @throws what the transport throws. Returns what is wrong with a result that it gives. */
  readonly run: (login: Transport, ground: FaultGround) => Promise<string | undefined>;
  /** What is wrong with what is left: a file that is neither the old nor the new one. */
  readonly leaves: (ground: FaultGround, succeeded: boolean) => Promise<string | undefined>;
}

const mib = 1024 * 1024;
const nothing = (): Promise<undefined> => Promise.resolve(undefined);
/** Of what tokens are made of: any end of it may be how a word of the guard begins. No part of it is like another one. */
const pattern = (length: number): Buffer => Buffer.from(createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(length / 2)).toString("hex"), "latin1");
const same = (is: unknown, expected: unknown, what: string): string | undefined => (is === expected ? undefined : `${what}: not what was expected`);
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const lines = 20_000;
const counted = Array.from({ length: lines }, (_, index) => `${index + 1}\n`).join("");
const oldContent = "the old content\n";
const content = pattern(3 * mib);
const manyBlocks = pattern(20 * mib);
/** So large that helpers may join in, or that blocks come in a row. */
const large = pattern(72 * mib);

const exec: Operation = {
  name: "exec, 100 kB of output",
  prepare: nothing,
  async run(login) {
    const { exitCode, stdout } = await login.exec(["seq", String(lines)]);
    return same(exitCode, 0, "exit code") ?? same(stdout, counted, "output");
  },
  leaves: nothing,
};

const execInput: Operation = {
  name: "exec, 300 kB of input",
  prepare: ({ there }) => rm(join(there, "taken"), { force: true }),
  async run(login) {
    const { exitCode, stdout } = await login.exec(["sh", "-c", "cat >taken.new && mv taken.new taken && sha256sum <taken"], { stdin: content.subarray(0, 300_000) });
    return same(exitCode, 0, "exit code") ?? same(stdout, `${sha256(content.subarray(0, 300_000))}  -\n`, "digest");
  },
  async leaves({ there }) {
    // A command that began had all of its input.
    const taken = await readFile(join(there, "taken")).catch(() => undefined);
    return taken === undefined ? undefined : same(taken.length, 300_000, "what the command took in");
  },
};

const batch: Operation = {
  name: "batch of 60",
  prepare: nothing,
  async run(login) {
    const results = await login.batch(Array.from({ length: 60 }, (_, index) => ["sh", "-c", `seq ${index}; exit ${index}`]));
    return same(results.map(({ exitCode }) => exitCode).join(), Array.from({ length: 60 }, (_, index) => index).join(), "exit codes");
  },
  leaves: nothing,
};

const stream: Operation = {
  name: "stream",
  prepare: nothing,
  async run(login) {
    let text = "";
    for await (const piece of login.stream(["seq", String(lines)])) text += piece;
    return same(text, counted, "text");
  },
  leaves: nothing,
};

const read: Operation = {
  name: "readFile, 3 MiB",
  prepare: (ground) => ground.writeThere("content", content),
  run: async (login) => same(sha256(await login.readFile("content")), sha256(content), "bytes"),
  leaves: nothing,
};

const list: Operation = {
  name: "list of 500",
  async prepare({ there }) {
    await mkdir(join(there, "many"), { recursive: true });
    for (let index = 0; index < 500; index++) await writeFile(join(there, "many", `file ${index}`), "");
  },
  run: async (login) => same((await login.list("many")).length, 500, "entries"),
  leaves: nothing,
};

/** Puts a file under a name where an older one stands. */
function replacing(name: string, bytes: Uint8Array, side: "here" | "there", run: (login: Transport, ground: FaultGround) => Promise<unknown>): Operation {
  const target = (ground: FaultGround): string => join(ground[side], "target");
  return {
    name,
    async prepare(ground) {
      await writeFile(join(ground.here, "original"), bytes);
      await ground.writeThere("original", bytes);
      if (side === "there") await ground.writeThere("target", oldContent);
      else await writeFile(target(ground), oldContent);
    },
    async run(login, ground) {
      await run(login, ground);
      return undefined;
    },
    async leaves(ground, succeeded) {
      const left = await readFile(target(ground));
      if (!succeeded && left.equals(Buffer.from(oldContent))) return undefined;
      return same(sha256(left), sha256(bytes), `${left.length} bytes under the name`);
    },
  };
}

/** The same with `resume`: a second call, over a connection that holds, always brings the whole. */
function resuming(name: string, side: "here" | "there", run: (login: Transport, ground: FaultGround) => Promise<unknown>): Operation {
  const whole = replacing(name, manyBlocks, side, run);
  return {
    ...whole,
    async leaves(ground, succeeded) {
      const fault = await whole.leaves(ground, succeeded);
      if (succeeded || fault !== undefined) return fault;
      await using login = await ground.login();
      await run(login, ground);
      return await whole.leaves(ground, true);
    },
  };
}

const original = (ground: FaultGround): string => join(ground.here, "original");
const files: readonly Operation[] = [
  replacing("writeFile, 3 MiB", content, "there", (login) => login.writeFile("target", content)),
  replacing("upload, 3 MiB", content, "there", (login, ground) => login.upload(original(ground), "target")),
  replacing("upload, 20 MiB", manyBlocks, "there", (login, ground) => login.upload(original(ground), "target")),
  replacing("download, 3 MiB", content, "here", (login, ground) => login.download("original", join(ground.here, "target"))),
  replacing("download, 20 MiB", manyBlocks, "here", (login, ground) => login.download("original", join(ground.here, "target"))),
  resuming("upload, resumed, 20 MiB", "there", (login, ground) => login.upload(original(ground), "target", { resume: true })),
  resuming("download, resumed, 20 MiB", "here", (login, ground) => login.download("original", join(ground.here, "target"), { resume: true })),
];

function tree(name: string, side: "here" | "there", run: (login: Transport, ground: FaultGround) => Promise<unknown>): Operation {
  const target = (ground: FaultGround): string => join(ground[side], "tree copy");
  return {
    name,
    async prepare(ground) {
      await rm(target(ground), { recursive: true, force: true });
      await writeTree(join(side === "here" ? ground.there : ground.here, "tree"));
    },
    async run(login, ground) {
      await run(login, ground);
      return undefined;
    },
    async leaves(ground, succeeded) {
      const left = await describeTree(target(ground)).catch(() => undefined);
      if (!succeeded && left === undefined) return undefined;
      return same(left, await describeTree(join(side === "here" ? ground.there : ground.here, "tree")), "the tree under the name");
    },
  };
}

const trees: readonly Operation[] = [
  tree("upload of a folder", "there", (login, ground) => login.upload(join(ground.here, "tree"), "tree copy")),
  tree("download of a folder", "here", (login, ground) => login.download("tree", join(ground.here, "tree copy"))),
];

export const operations: readonly Operation[] = [exec, execInput, batch, stream, read, list, ...files, ...trees, syncing("up"), syncing("down")];

/** Each takes seconds: for the long form alone. */
export const longOperations: readonly Operation[] = [
  replacing("upload, 72 MiB", large, "there", (login, ground) => login.upload(original(ground), "target")),
  replacing("download, 72 MiB", large, "here", (login, ground) => login.download("original", join(ground.here, "target"))),
];
