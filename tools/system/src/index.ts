export { ensureDebianPackages } from "./debian-packages.js";
export { findDebianMirror } from "./debian-mirror.js";
export { readArguments, UsageError } from "./read-arguments.js";
export { findProgram, MissingRequirementError } from "./requirements.js";
