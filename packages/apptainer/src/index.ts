export { container } from "./container/container.js";
export { containerLayer } from "./container/container-layer.js";
export type { ContainerOptions } from "./container/container-options.js";
export type { EngineFlavour, EngineVersion } from "./engine/engine-version.js";
export { findEngine, type Engine, type EngineFinding, type EngineLookup, type FindEngineOptions } from "./engine/find-engine.js";
export { EngineError, ImageError, type EngineFault, type ImageFault } from "./error/apptainer-errors.js";
export { buildImage, type BuildImageOptions, type BuildImageResult, type BuildSource } from "./image/build-image.js";
export { sandbox, sif, type Image, type SandboxImage, type SifImage } from "./image/image.js";
export type { MountInput } from "./mount/mount.js";
