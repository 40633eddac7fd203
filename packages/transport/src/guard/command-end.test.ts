import { describe, expect, it } from "vitest";
import { parseCommandEnd } from "./command-end.js";

describe("how a command ended", () => {
  it("is read from every awk that can tell", () => {
    expect(parseCommandEnd("0")).toEqual({ exitCode: 0, signal: undefined });
    expect(parseCommandEnd("137")).toEqual({ exitCode: 137, signal: undefined });
    expect(parseCommandEnd("255")).toEqual({ exitCode: 255, signal: undefined });
    // mawk 1.3.4 and gawk 5.2.1: 256 + signal, gawk 512 + signal with a core dump.
    expect(parseCommandEnd("265")).toEqual({ exitCode: undefined, signal: "SIGKILL" });
    expect(parseCommandEnd("523")).toEqual({ exitCode: undefined, signal: "SIGSEGV" });
    // gawk 4.0: the wait status divided by 256.
    expect(parseCommandEnd("0.0351562")).toEqual({ exitCode: undefined, signal: "SIGKILL" });
    expect(parseCommandEnd("0.542969")).toEqual({ exitCode: undefined, signal: "SIGSEGV" });
  });

  it("is not guessed", () => {
    for (const text of ["", "-1", "1e9", "nan", "9.5", "256", "400", "0 0"]) expect(parseCommandEnd(text)).toBeUndefined();
  });
});
