import { spawnSync } from "node:child_process";
import { fromOctets } from "./octets.js";
import { describe, expect, it } from "vitest";
import { renderCommandScript } from "./command-script.js";
import { guardCommand, guardLine } from "./guard-command.js";

describe("the guard", () => {
  it("holds nothing that a login shell would change inside single quotes", () => {
    expect(guardCommand).not.toMatch(/['!\n]/);
    expect(guardCommand.replaceAll(/\\["$]/g, "")).not.toContain("\\");
  });

  it("leaves alone the variables that a login exports, whatever their names", () => {
    const names = ["token", "size", "status", "group", "word", "count", "file", "end"];
    const token = "0123456789abcdef0123456789abcdef";
    const stdin = "input";
    const script = fromOctets(`${renderCommandScript({ token, argv: ["env"], inputBytes: stdin.length }).shell}\n`);
    const input = Buffer.concat([Buffer.from(`${token} ${String(script.length)}\n`), script, Buffer.from(`${stdin}done\n`)]);
    const env = Object.fromEntries(names.map((name) => [name, `own ${name}`]));
    const { stdout } = spawnSync("sh", ["-c", guardLine()], { input, env: { PATH: process.env["PATH"], ...env } });
    const lines = stdout.toString().split("\n");
    expect(lines).toEqual(expect.arrayContaining(names.map((name) => `${name}=own ${name}`)));
    expect(lines).toContain(`${token} end 0`);
  });
});
