import { describe, expect, it } from "vitest";
import { lines, sh } from "./sh.js";
import { raw } from "./word.js";

describe("sh", () => {
  it("quotes text, spreads lists, inserts expressions and numbers", () => {
    expect(sh`cp -- ${["a b", "c"]} ${"it's"} ${raw('"$X"')} ${7}`.shell).toBe(`cp -- 'a b' c 'it'\\''s' "$X" 7`);
  });

  it("drops the indentation that all lines share, and keeps the rest", () => {
    const script = sh`
      if true; then
        echo ${"x"}
      fi
    `;
    expect(script.shell).toBe("if true; then\n  echo x\nfi");
  });

  it("keeps line breaks inside of a value", () => {
    expect(sh`
      echo ${"one\n      two"}
    `.shell).toBe("echo 'one\n      two'");
  });

  it("leaves backslashes to the shell", () => {
    expect(sh`printf '%s\n' "\${HOME}"`.shell).toBe("printf '%s\\n' \"${HOME}\"");
  });

  it("joins pieces and leaves out empty ones", () => {
    expect(lines(sh`a`, undefined, raw(""), sh`b`).shell).toBe("a\nb");
  });
});
