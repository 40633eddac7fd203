/**
 * Whether a path can be a temporary folder of the engine. Apptainer 1.4.5 hands it to a shell without quoting it: pulls and builds
 * fail at a quote, and a `$` is expanded.
 */
export const isUnquotedSafe = (path: string): boolean => !/['"`$;&|<>()\p{Cc}]/u.test(path);
