import { TransportError } from "@hpckit/core";

/** What wants to know what stands below a folder; it begins the message of an error. */
export type TreeOperation = "snapshot" | "sync";

const nextSteps: Readonly<Record<TreeOperation, string>> = {
  snapshot: "give the folder that it stands in",
  sync: "give a folder on both sides; a single file is copied by upload or download",
};

/** A file stands where a folder is needed. @param where - `here`, or `on HOST`. */
export const noFolder = (operation: TreeOperation, root: string, where: string): TransportError =>
  new TransportError("not-supported", `${operation} ${root} ${where}: it is no folder, or leads through something that is none; ${nextSteps[operation]}`);
