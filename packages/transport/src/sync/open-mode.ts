/** Whether a folder's owner may make and remove entries in it. */
export const isOpen = (mode: number): boolean => (mode & 0o300) === 0o300;
