declare const brand: unique symbol;

/** A `Base` that was checked once and carries its meaning: a job id is not just any text. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
