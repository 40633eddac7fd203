import { secret, type Secret } from "@hpckit/core";

/** A value that must be seen nowhere, found by other means than those that hide it. */
export interface Canary {
  readonly value: string;
  readonly secret: Secret;
  /** A piece of it that stands in a text, also in Base64 or in hex. */
  seenIn(text: string): string | undefined;
}

/** So many characters in a row are no accident. */
const longestPiece = 10;
const letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

/** What secrets look like, around letters by chance. */
const shapes: readonly ((random: (length: number) => string) => string)[] = [
  (random) => random(24),
  (random) => `it's "${random(16)}" $HOME \`id\` \\${random(16)}; %s é`,
  (random) => `${random(40)}+/${random(40)}==`,
  (random) => random(700),
  (random) => `-----BEGIN CANARY-----\n${random(64)}\n${random(64)}\n${random(12)}\n-----END CANARY-----\n`,
];

/** @param shape - which of the shapes, by its number; any number will do. */
export function makeCanary(random: () => number, shape: number): Canary {
  const word = (length: number): string => Array.from({ length }, () => letters.charAt(Math.floor(random() * letters.length))).join("");
  return canaryOf(shapes[shape % shapes.length]?.(word) ?? word(24));
}

export function canaryOf(value: string): Canary {
  const needles = new Set([value, ...encoded(value)].flatMap(pieces));
  return { value, secret: secret(value), seenIn: (text) => [...needles].find((needle) => text.includes(needle)) };
}

function encoded(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const inBase64 = [0, 1, 2].map((before) => Buffer.concat([Buffer.alloc(before), bytes]).toString("base64").slice(4, -4));
  return [...inBase64, bytes.toString("hex"), bytes.toString("hex").toUpperCase()];
}

/** Every run of letters and digits, in overlapping pieces. The frame of a key is none. */
const pieces = (text: string): readonly string[] =>
  [...text.matchAll(/[A-Za-z0-9]{10,}/g)].flatMap(([run]) => Array.from({ length: run.length - longestPiece + 1 }, (_, at) => run.slice(at, at + longestPiece)));
