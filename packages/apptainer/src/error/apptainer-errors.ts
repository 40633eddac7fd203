import { HpckitError, type ErrorOptions } from "@hpckit/core";

/** The container engine is not there, or is too old. `code` says which: `engine-missing`, `engine-too-old`. */
export class EngineError extends HpckitError {
  static {
    this.prototype.name = "EngineError";
  }

  declare readonly code: "engine-missing" | "engine-too-old";

  constructor(code: "engine-missing" | "engine-too-old", message: string, options: ErrorOptions = {}) {
    super(code, message, options);
  }
}

/** An image is not there, cannot be read, or could not be built. Nothing stands under the name of one that could not be built. */
export class ImageError extends HpckitError {
  static {
    this.prototype.name = "ImageError";
  }

  declare readonly code: "image-missing" | "image-unreadable" | "image-build-failed";

  constructor(code: "image-missing" | "image-unreadable" | "image-build-failed", message: string, options: ErrorOptions = {}) {
    super(code, message, options);
  }
}
