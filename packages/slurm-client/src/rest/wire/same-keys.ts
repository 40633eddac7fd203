import type { z } from "zod";

/** The names of all properties that any member of a union has. */
export type KeysOf<Union> = Union extends unknown ? keyof Union : never;

/** Readers of fields that the recorded specifications have: a name that slurmrestd does not know fails to compile. */
export type SameKeys<Key extends PropertyKey> = Readonly<Partial<Record<Key, z.ZodType>>>;
