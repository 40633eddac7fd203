/** A figure that may not be known. */
export type Figure = number | undefined;

const known = (values: readonly Figure[]): readonly number[] => values.filter((value) => value !== undefined);

// Not Math.max(...): an array can have more tasks than a call may have arguments.
export const highest = (values: readonly Figure[]): Figure => known(values).reduce<Figure>((most, value) => (most !== undefined && most >= value ? most : value), undefined);

/** Of those that are known: at least so much. */
export const sum = (values: readonly Figure[]): Figure => known(values).reduce<Figure>((all, value) => (all ?? 0) + value, undefined);

/** Undefined as soon as one is not known: a part of a sum would pass for the whole. */
export const sumIfKnown = (values: readonly Figure[]): Figure => (values.includes(undefined) ? undefined : sum(values));

export const part = (used: Figure, of: Figure): Figure => (used === undefined || of === undefined || of === 0 ? undefined : used / of);
