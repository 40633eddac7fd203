import type { Scratch } from "./scratch.js";

/** The line of a marker that decides. */
export const markerLine = ({ id, inode }: Pick<Scratch, "id" | "inode">): string => `id ${id} inode ${inode}`;

/** For people who find the folder, and for the guards of its removal. */
export const renderMarker = (scratch: Pick<Scratch, "id" | "inode">): string =>
  `This folder belongs to a job and is removed by hpckit when that has ended.\n${markerLine(scratch)}\n`;
