import { describe, expect, it } from "vitest";
import { fileFault } from "./file-fault.js";

describe("a fault of a file operation", () => {
  it.each([
    ["hpckit: exists: there is something under this name already", "file-exists", "there is something under this name already"],
    ["hpckit: unsupported: not a folder", "not-supported", "not a folder"],
    ["hpckit: digest: it changed while it was read", "digest-mismatch", "it changed while it was read"],
    ["hpckit: taken: another call with resume has taken this copy over", "file-failed", "another call with resume has taken this copy over"],
    ["hpckit: astray: /a leads elsewhere", "path-refused", "/a leads elsewhere"],
    ["dd: error writing\nhpckit: No space left on device: it takes 5 bytes", "disk-full", "dd: error writing\nNo space left on device: it takes 5 bytes"],
    ["cat: /a: No such file or directory\n", "file-not-found", "cat: /a: No such file or directory"],
    ["/bin/sh: 48: cannot create ./a/.hpckit.part: Directory nonexistent", "file-not-found", "cannot create ./a/.hpckit.part: Directory nonexistent"],
    ["sh: line 7: ./a: Permission denied", "permission-denied", "./a: Permission denied"],
    ["", "file-failed", "failed without a word"],
  ])("is told by %j, without the words that only programs need", (errors, code, said) => {
    expect(fileFault("read /a", "login", errors)).toMatchObject({ code, message: `read /a on login: ${said}`, detail: { host: "login" } });
  });

  it("says what to do where somebody has written ~ for a shell", () => {
    const missing = (what: string): string => fileFault(what, "login", "cat: ./x: No such file or directory").message;
    for (const what of ["read ~/x", "list ~", "upload ~/x/y"]) expect(missing(what)).toMatch(/directory\. ~ is a name like any other here: leave it out/);
    for (const what of ["read x", "read /a/~/x", "read x~"]) expect(missing(what)).toMatch(/directory$/);
  });

  it("is not told by the name of a file", () => {
    expect(fileFault("read", "login", "cat: 'hpckit: taken: /hpckit: exists: a': No such file or directory")).toMatchObject({
      code: "file-not-found",
      message: "read on login: cat: 'hpckit: taken: /hpckit: exists: a': No such file or directory",
    });
  });
});
