import { contentFolderExit } from "@hpckit/core";
import { inputsMissing } from "../inputs/wait-for-inputs.js";

/** How the script that builds an environment ends. */
export const buildExit = {
  ...contentFolderExit,
  builtFromIndex: 0,
  builtFromWheels: 79,
  pipMissing: 81,
  installFailed: 82,
  checkFailed: 83,
  inputsMissing,
  uvMissing: 86,
  importFailed: 87,
} as const;
