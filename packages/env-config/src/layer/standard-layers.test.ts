import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { loadConfig } from "../config/load-config.js";
import { standardLayers } from "./standard-layers.js";

it("the standard layers lie in their order, and the files under their names", async () => {
  const folder = mkdtempSync(join(tmpdir(), "standard-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
    delete process.env["STANDARD_TEST_E"];
  });
  for (const each of ["sites", "deployments"]) mkdirSync(join(folder, each));
  const names = ["A", "B", "C", "D", "E"];
  const write = (file: string, from: number): void => writeFileSync(join(folder, file), names.slice(from).map((name) => `${name}: ${file}\n`).join(""));
  write("default.yaml", 0);
  write("sites/keeling.yaml", 1);
  write("deployments/main.yaml", 2);
  write("mine.yaml", 3);
  process.env["STANDARD_TEST_E"] = "process";
  const layers = standardLayers({ site: "keeling", deployment: "main", user: join(folder, "mine.yaml"), prefix: "STANDARD_TEST_" });
  const config = await loadConfig({ schema: z.strictObject({ A: z.string(), B: z.string(), C: z.string(), D: z.string(), E: z.string() }), layers, folder });
  expect(config.values).toEqual({ A: "default.yaml", B: "sites/keeling.yaml", C: "deployments/main.yaml", D: "mine.yaml", E: "process" });
  expect(names.map((name) => config.explain(name).layer)).toEqual(["default", "site keeling", "deployment main", "user", "process"]);
});

it("no name of a site or a deployment leads out of the folder", () => {
  for (const name of ["../etc", "a/b", "", ".", "..", "a\0b", "-x"]) {
    expect(() => standardLayers({ site: name, deployment: "main" })).toThrow("site: a name of letters");
    expect(() => standardLayers({ site: "main", deployment: name })).toThrow("deployment: a name of letters");
  }
  expect(standardLayers({ site: "a.b-c_1", deployment: "prod" })).toHaveLength(3);
  expect(() => standardLayers({ site: "a", deploymnt: "b" } as never)).toThrow('did you mean "deployment"?');
});
