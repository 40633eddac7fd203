export { containerLayer } from "./container/container-layer.js";
export type { ContainerOptions } from "./container/container-options.js";
export { sandbox, sif, type Image, type SandboxImage, type SifImage } from "./image/image.js";
export type { MountInput } from "./mount/mount.js";
