export { HpckitError, type ErrorOptions } from "./hpckit-error.js";
export { AbortedError, OptionsError, OutputUnreadableError, PathRefusedError, TimeoutError, type OptionsIssue } from "./errors.js";
export { CommandFailedError, TransportError, type TransportFault } from "./transport-errors.js";
