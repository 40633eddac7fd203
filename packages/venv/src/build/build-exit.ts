import { contentFolderExit } from "@hpckit/core";

/** How the script that builds an environment ends. */
export const buildExit = {
  ...contentFolderExit,
  builtFromIndex: 0,
  builtFromWheels: 79,
  pipMissing: 81,
  installFailed: 82,
  checkFailed: 83,
  inputsMissing: 85,
  uvMissing: 86,
  importFailed: 87,
} as const;
