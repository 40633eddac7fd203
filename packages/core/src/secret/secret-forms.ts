/** Encodings of fewer characters would be found in innocent text. */
const shortestEncoded = 8;
const shortestLine = 8;

/**
 * How a secret's value may stand in a text: as it is, as the lines of it, and as shells, `echo`, JSON, URLs, hex dumps and Base64 write it.
 * @see RFC 4648 (Base64), RFC 3986, 2.1 (percent-encoding), POSIX.1-2017, Shell Command Language, 2.2 Quoting;
 * URL Standard, application/x-www-form-urlencoded; dash(1), `echo`
 */
export function formsOf(value: string): ReadonlySet<string> {
  const trimmed = value.trim();
  const encoded = [value, trimmed].flatMap((each) => [...asShellsWriteIt(each), asEchoWritesIt(each), ...asUrlsWriteIt(each), ...asHex(each), ...asBase64(each)]);
  const forms = [value, trimmed, ...linesOfSecret(value), ...encoded.filter((form) => form.length >= shortestEncoded)];
  // Messages quote what was said, with all that it had quoted.
  return new Set([...forms, ...forms.map((form) => JSON.stringify(form).slice(1, -1))].filter((form) => form !== ""));
}

/** A key is told line by line; its first and its last are no secret. */
const linesOfSecret = (value: string): readonly string[] => value.split(/\r?\n/).map((line) => line.trim()).filter((line) => line.length >= shortestLine && !line.startsWith("-----"));

/** Within single quotes, within double quotes, and with backslashes. */
const asShellsWriteIt = (value: string): readonly string[] => [
  value.replaceAll("'", `'\\''`),
  value.replaceAll("'", `'\\''`).replaceAll("\r\n", "\r''\n"),
  value.replaceAll(/[$`"\\]/g, "\\$&"),
  value.replaceAll(/[^\w@%+=:,./-]/g, "\\$&"),
];

const escapes: Readonly<Record<string, string>> = { a: "\x07", b: "\b", e: "\x1b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", "\\": "\\" };

/** dash's echo, which is `/bin/sh` on Debian, takes backslashes for escapes, and `\c` for the end. A byte beyond ASCII is no character by itself. */
function asEchoWritesIt(value: string): string {
  return value.replaceAll(/\\(?:0?([0-7]{1,3})|c[^]*|([abefnrtv\\]))/g, (_, octal: string | undefined, letter: string | undefined) => {
    if (octal === undefined) return letter === undefined ? "" : (escapes[letter] ?? "");
    const byte = Number.parseInt(octal, 8) & 0xff;
    return byte < 0x80 ? String.fromCharCode(byte) : "\uFFFD";
  });
}

function asUrlsWriteIt(value: string): readonly string[] {
  const form = new URLSearchParams({ "": value }).toString().slice(1);
  const forms = [form, form.replaceAll("+", "%20"), encodeURIComponent(Buffer.from(value).toString())];
  return [...forms, ...forms.map((each) => each.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}

function asHex(value: string): readonly string[] {
  const hex = Buffer.from(value).toString("hex");
  return [hex, hex.toUpperCase()];
}

/** Wherever it stands in what is encoded, as in `user:password`: three bytes make four characters, so there are three places to begin. */
function asBase64(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((before) => {
    const bits = (before + bytes.length) * 8;
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    // Characters at the edges also say something of the neighbours.
    const own = text.slice(Math.ceil((before * 8) / 6), Math.floor(bits / 6));
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
