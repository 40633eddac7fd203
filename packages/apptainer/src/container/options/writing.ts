import { joinWords, wordSchema, type Word } from "@hpckit/core";
import { z } from "zod";
import type { FlagRule, FlagRules, WrittenFlag } from "../../engine/flags/flag-rule.js";

/** A file or folder that keeps what is written, as {@link overlayCreateCommand} makes one. */
export interface WritableOverlay {
  /** Absolute, without a colon. One container at a time can write to it. */
  readonly overlay: Word;
}

/** Where changes to the image's own tree go. By default there are none: it is read-only. */
export interface WritingOptions {
  /** `memory` forgets them at the end; an overlay keeps them, and there can be only one. */
  readonly writable?: "memory" | WritableOverlay | undefined;
  /** Layers over the image that are only read, the first one lowest. Absolute paths without a colon. */
  readonly overlays?: readonly Word[] | undefined;
}

/** Changes go into the image itself, which only a folder takes. The engine refuses overlays beside it. */
export interface WritingToImage {
  readonly writable: "image";
  readonly overlays?: undefined;
}

/** The same with nothing ruled out, as a schema reads it. */
export interface WritingSettings {
  readonly overlays?: readonly Word[] | undefined;
  readonly writable?: "memory" | "image" | WritableOverlay | undefined;
}

const overlayPath = wordSchema.refine((path) => typeof path !== "string" || /^\/[^:\0]*$/.test(path), { error: "an absolute path without a colon, which would end it" });

export const writingShape = {
  writable: z.union([z.enum(["memory", "image"]), z.strictObject({ overlay: overlayPath })]).optional(),
  overlays: z.array(overlayPath).optional(),
};

const overlayFlag = (path: Word, mode: "" | ":ro"): WrittenFlag => ({ flag: "overlay", value: joinWords(path, mode), record: true });

const writable: FlagRule<NonNullable<WritingSettings["writable"]>> = {
  flags: ["writable", "writable-tmpfs", "overlay"],
  write: (value) => {
    if (value === "image") return [{ flag: "writable" }];
    return value === "memory" ? [{ flag: "writable-tmpfs" }] : [overlayFlag(value.overlay, "")];
  },
};

export const writingRules: FlagRules<WritingSettings> = {
  overlays: { flags: ["overlay"], write: (paths) => paths.map((path) => overlayFlag(path, ":ro")) },
  writable,
};
