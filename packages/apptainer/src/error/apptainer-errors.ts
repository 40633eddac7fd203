import { HpckitError, type ErrorOptions } from "@hpckit/core";

export type EngineFault =
  /** It is not there, or not on the PATH. */
  | "engine-missing"
  /** It is older than Apptainer 1.1, and would take values for shell text. */
  | "engine-too-old";

/** The container engine cannot be used. Nothing was started. */
export class EngineError extends HpckitError {
  static {
    this.prototype.name = "EngineError";
  }

  declare readonly code: EngineFault;

  constructor(code: EngineFault, message: string, options: ErrorOptions = {}) {
    super(code, message, options);
  }
}

export type ImageFault =
  /** Nothing is there. */
  | "image-missing"
  /** The account may not read it. */
  | "image-unreadable"
  /** The engine failed, or left something out. Nothing stands under the image's name. */
  | "image-build-failed";

/** An image cannot be used, or could not be built. */
export class ImageError extends HpckitError {
  static {
    this.prototype.name = "ImageError";
  }

  declare readonly code: ImageFault;

  constructor(code: ImageFault, message: string, options: ErrorOptions = {}) {
    super(code, message, options);
  }
}
