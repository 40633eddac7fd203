import { HpckitError, type ErrorOptions } from "@hpckit/core";

export type EngineFault =
  /** It is not there, or not on the PATH. */
  | "engine-missing"
  /** It is older than Apptainer 1.1, and would take values for shell text. */
  | "engine-too-old"
  /** It does not have a flag that an option needs. `detail` says which. */
  | "flag-unsupported"
  /** Its configuration lets accounts mount nothing (`user bind control = no`), and the launch would be without what it needs. */
  | "mounts-refused";

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
  | "image-build-failed"
  /** What it is made of is not there, or cannot be read. */
  | "source-missing"
  /** Which image a tag means is not known. */
  | "reference-unresolved"
  /** The lock file does not have it, and must not change. */
  | "reference-not-locked"
  /** Nobody whose key is trusted has signed it. */
  | "signature-refused"
  /** The store's folder cannot be written. */
  | "store-not-writable"
  /** There is not the room that was asked for. */
  | "no-space";

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
