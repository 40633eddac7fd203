import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runShell } from "../../../../tools/shells/run-shell.js";
import { quote } from "../shell/word.js";
import { excerptOf } from "../text/excerpt.js";
import { redact } from "./redact.js";
import { secret } from "./secret.js";

const value = `it's "a" $ca/na+ry\\ é`;
const encodings: Readonly<Record<string, string>> = {
  "as it is": value,
  "in JSON": JSON.stringify({ token: value }),
  "in single quotes": quote(value),
  "in single quotes, in JSON": JSON.stringify(`export TOKEN=${quote(value)}\n`),
  "in double quotes": `export TOKEN="${value.replaceAll(/[$`"\\]/g, "\\$&")}"`,
  "with backslashes": String.raw`it\'s\ \"a\"\ \$ca/na+ry\\\ \é`,
  "in a URL": `https://host/?token=${encodeURIComponent(value)}&x`,
  "in a form": new URLSearchParams({ token: value }).toString(),
  "in Base64": Buffer.from(value).toString("base64"),
  "in Base64 behind a name": Buffer.from(`alice:${value}`).toString("base64"),
  "in Base64 between others": Buffer.from(`1234567${value}; more`).toString("base64"),
  "in Base64 for URLs": Buffer.from(`alice:${value}`).toString("base64url"),
  "in hex": Buffer.from(value).toString("hex"),
};

describe("a secret in a text", () => {
  it("is replaced, the longer one as a whole", () => {
    expect(redact("a=pass1 b=pass", [secret("pass"), secret("pass1"), secret("")])).toBe("a=[secret] b=[secret]");
    expect(redact("abcdefg", [secret("abcd"), secret("defg")])).toBe("[secret]");
    expect(redact("nothing of it", [secret("absent")])).toBe("nothing of it");
    expect(redact("e", [secret("e"), secret("s")])).toBe("[secret]");
  });

  it("of fewer than four characters is found as a word alone, and leaves all other words whole", () => {
    const said = "cat: a: no such file, PIN=482 (482) 'a' 4821, alba";
    expect(redact(said, [secret("a"), secret("482")])).toBe("cat: [secret]: no such file, PIN=[secret] ([secret]) '[secret]' 4821, alba");
    expect(redact("é1 1é 1", [secret("1")])).toBe("é1 1é [secret]");
    expect(redact("--flag - x", [secret("-"), secret("--")])).toBe("--flag - x");
    expect(redact("xabcdx", [secret("abcd")])).toBe("x[secret]x");
  });

  it.each(Object.entries(encodings))("is found %s", (_, text) => {
    const shown = redact(`before ${text} after`, [secret(value)]);
    expect(shown).toMatch(/^before .*\[secret\].* after$/);
    for (const piece of ["ca/na", "ca%2Fna", Buffer.from("$ca/na").toString("hex")]) expect(shown).not.toContain(piece);
  });

  it("is found in Base64 wherever it begins", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12, unit: "grapheme" }), fc.string(), fc.string(), (hidden, before, after) => {
        const text = Buffer.from(before + hidden + after).toString("base64");
        // At most two characters at each edge are shared with the neighbours.
        const rest = redact(text, [secret(hidden)]).split("[secret]");
        expect(rest.length).toBeGreaterThan(1);
        expect(rest.join("").length).toBeLessThanOrEqual(Math.ceil(Buffer.byteLength(before + after) / 3) * 4 + 8);
      }),
    );
  });

  it("is found as dash's echo writes it", () => {
    for (const hidden of [String.raw`pass
word\7`, String.raw`pass[word`, String.raw`password\cand more`, String.raw`a1	bcdefgh`, String.raw`passÿword`]) {
      const { stdout } = runShell("dash", 'echo "<$HIDDEN>"', { env: { HIDDEN: hidden } });
      expect(stdout.length).toBeGreaterThan(5);
      expect(redact(stdout, [secret(hidden)])).toMatch(/^<\[secret\](?:>\n)?$/);
    }
  });

  it("is found by the lines of it, but for those that only say what it is", () => {
    const key = `-----BEGIN OPENSSH PRIVATE KEY-----\n${"A1b2".repeat(10)}\n${"C3d4".repeat(10)}\n-----END OPENSSH PRIVATE KEY-----\n`;
    expect(redact(`line 2: ${"C3d4".repeat(10)}`, [secret(key)])).toBe("line 2: [secret]");
    expect(redact("-----BEGIN OPENSSH PRIVATE KEY-----", [secret(key)])).toContain("BEGIN");
    expect(redact(`said ${key.trim()}`, [secret(key)])).toBe("said [secret]");
  });

  it("is found in part beside the ellipsis of an excerpt", () => {
    const secrets = [secret("0123456789"), secret("x".repeat(30))];
    for (let length = 4; length < 30; length++) expect(redact(excerptOf(`a 0123456789 ${"x".repeat(30)}`, length), secrets)).toBe("…[secret]");
    expect(redact(`it said "…456789\n…" and then "…" 01234…`, secrets)).toBe(`it said "…[secret]\n…" and then "…" [secret]…`);
    expect(redact("…789 is short, and so is 012…", secrets)).toBe("…789 is short, and so is 012…");
    expect(redact("it said …34567… and …4567x…", secrets)).toBe("it said …[secret]… and …4567x…");
    expect(excerptOf("short", 5)).toBe("short");
  });
});
