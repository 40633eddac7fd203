/**
 * Whether a path can be a temporary folder of the engine. Apptainer 1.4.5 hands it to a shell without quoting it, so that pulls and
 * builds fail at a quote; and binds it by a list with commas and colons, where another image is extracted.
 */
export const isEngineSafe = (path: string): boolean => !/['"`$;&|<>(),:\p{Cc}]/u.test(path);
