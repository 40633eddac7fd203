import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { OptionsError, type Transport } from "@hpckit/core";
import { hostileWords } from "@hpckit/transport/testing";
import { ensureDebianPackages } from "../../system/src/index.js";
import { openFaultGround } from "./fault-ground.js";
import { randomFrom } from "./random-from.js";

export const loginShells = { dash: "/bin/dash", bash: "/bin/bash", tcsh: "/usr/bin/tcsh", fish: "/usr/bin/fish" } as const;

/** What came of handing random words and names to a machine. */
export interface WordReport {
  readonly sent: number;
  /** Told by an error before anything was sent: a NUL, or half of a surrogate pair. */
  readonly refused: number;
  readonly changed: readonly string[];
  /** Files that no word should have made. */
  readonly canaries: readonly string[];
}

/** Pieces of words: what shells look at, what protocols look at, and all else. */
const pieces = ["canary", "touch canary", "$(", "`", ")", ";", "&", "|", ">", "<", "'", '"', "\\", "\n", "\r", "\t", " ", "!", "#", "~", "*", "?", "[", "]", "{", "}", "$", "%", "^", "=", "-", "\0", "\ud800", "é", "\u{1f600}", "\u0001", "\u001b[31m", "\u2028"];

function randomWord(random: () => number): string {
  const length = Math.floor(random() * 12);
  const piece = (): string => (random() < 0.8 ? (pieces[Math.floor(random() * pieces.length)] ?? "") : String.fromCodePoint(Math.floor(random() * 0x10ffff)));
  return Array.from({ length }, piece).join("");
}

function randomName(random: () => number): Uint8Array {
  const bytes = Uint8Array.from({ length: 1 + Math.floor(random() * 40) }, () => Math.floor(random() * 256)).filter((byte) => byte !== 0 && byte !== 47);
  return bytes.length === 0 || bytes[0] === 46 ? Uint8Array.of(255) : bytes;
}

/** Sends all hostile words and random ones through one login shell, each in a call of so many. */
export async function sendWords(shell: keyof typeof loginShells, { words, names, seed }: { readonly words: number; readonly names: number; readonly seed: number }): Promise<WordReport> {
  await ensureDebianPackages([shell]);
  await using ground = await openFaultGround({ loginShell: loginShells[shell] });
  await using login = await ground.login();
  const random = randomFrom(seed);
  const report = { sent: 0, refused: 0, changed: [] as string[] };
  const all = [...hostileWords, ...Array.from({ length: words }, () => randomWord(random))];
  for (let begin = 0; begin < all.length; begin += 500) await sendSome(login, all.slice(begin, begin + 500), report);
  await login.mkdir("names");
  for (let count = 0; count < names; count++) await keepName(login, randomName(random), report);
  const left = [...(await readdir(ground.there)), ...(await readdir(join(ground.there, "names")))];
  return { ...report, canaries: left.filter((name) => name !== "names" && !name.startsWith(".")) };
}

async function sendSome(login: Transport, words: readonly string[], report: { sent: number; refused: number; changed: string[] }): Promise<void> {
  const fit = [];
  for (const word of words) {
    if (/\0|\p{Surrogate}/u.test(word)) {
      const refused = await login.exec(["printf", "%s", word]).then(
        () => false,
        (error: unknown) => error instanceof OptionsError,
      );
      if (refused) report.refused++;
      else report.changed.push(JSON.stringify(word));
    } else fit.push(word);
  }
  const { stdout } = await login.exec(["printf", "%s\\0", ...fit], { check: true });
  const came = stdout.split("\0").slice(0, -1);
  report.sent += fit.length;
  report.changed.push(...fit.filter((word, index) => came[index] !== word).map((word) => JSON.stringify(word)));
}

/** A file of this name is made, found again by its bytes, and removed. */
async function keepName(login: Transport, name: Uint8Array, report: { sent: number; changed: string[] }): Promise<void> {
  const path = Buffer.concat([Buffer.from("names/"), name]);
  await login.writeFile(path, name);
  const [entry] = await login.list("names");
  const back = Buffer.from(await login.readFile(path));
  const found = entry === undefined ? Buffer.alloc(0) : Buffer.from(entry.name);
  report.sent++;
  if (!back.equals(name) || !found.equals(name)) report.changed.push(Buffer.from(name).toString("hex"));
  await login.remove(path);
}
