export type { Registry } from "./start-registry.js";
export { serveTinyImage, type TinyImage } from "./serve-tiny-image.js";
