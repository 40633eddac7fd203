import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, inject, it } from "vitest";
import { readManifest, repositoryRoot } from "../config/packages.js";
import { runNpm } from "./run-npm.js";

/** What a program does with the schema and the values of a configuration: all of it passes between its zod and ours. */
const program = `
import { describeVariables, loadConfig, pathList, secretValue, showConfig } from "@hpckit/env-config";
import { z } from "zod";

const schema = z.strictObject({ CPUS: z.number().int().default(2), TOKEN: secretValue(), PATH: pathList().optional(), GPUS: z.union([z.number(), z.literal("auto")]), resources: z.strictObject({ memory: z.string() }) });
const values = { TOKEN: "hidden", PATH: "/a:/b", resources: { memory: "1G" } };
const config = await loadConfig({ schema, layers: [{ name: "default", values }, { name: "process", environment: { CPUS: "16", GPUS: "1" } }] });
const cpus: number = config.values.CPUS;
const gpus: number | "auto" = config.values.GPUS;
const token: string = config.values.TOKEN.reveal();
console.log(cpus, gpus, token, config.values.PATH?.before.join(), showConfig(config).includes("hidden"), describeVariables(schema).length);
`;

it("env-config takes the schemas of the oldest zod that it allows, with their types, and brings no other one beside it", async () => {
  const oldest = readManifest("env-config").peerDependencies?.["zod"]?.replace("^", "") ?? "";
  const folder = await mkdtemp(join(tmpdir(), "hpckit-oldest-zod-"));
  try {
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
    const tarballs = ["core", "env-config"].map((name) => inject("packed")[name]?.tarball ?? `${name} was not packed`);
    await runNpm(folder, ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", ...tarballs, `zod@${oldest}`, "@types/node@20"]);
    const { stdout: zods } = await execa("npm", ["ls", "--json", "--all", "zod"], { cwd: folder });
    expect((JSON.parse(zods) as { dependencies: Record<string, { dependencies: Record<string, { version: string }> }> }).dependencies["@hpckit/env-config"]?.dependencies["zod"]?.version).toBe(oldest);
    await writeFile(join(folder, "index.mts"), program);
    const compilerOptions = { module: "nodenext", target: "es2022", strict: true, skipLibCheck: false, types: ["node"] };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["index.mts"] }));
    const { stdout: faults } = await execa(join(repositoryRoot, "node_modules", ".bin", "tsc"), ["-p", "."], { cwd: folder, reject: false });
    expect(faults).toBe("");
    const { stdout } = await execa(process.execPath, ["index.mjs"], { cwd: folder });
    expect(stdout).toBe("16 1 hidden /a,/b false 5");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
