/** A maker's own id: two makers of one thing do not meet. */
export const newMakerId = (): string => crypto.randomUUID().slice(0, 8);

/** Whether a folder's own name is that of a content folder. What people call their links is not, be it a date: `20261122-1`. */
export const isContentFolderName = (name: string): boolean => /^[0-9a-f]{16}[0-9a-z]*-[0-9a-f]+$/.test(name);

/** Whether a folder's own name is `NAME-ID`, as `renderFindFolder` reports it. */
export const isFolderOf = (name: string, folder: string): boolean => folder.startsWith(`${name}-`) && /^[0-9A-Za-z]+$/.test(folder.slice(name.length + 1));
