export { writeOciLayout, type OciLayout, type OciLayoutOptions } from "./oci-layout.js";
export { pushLayout, type PushOptions } from "./push-layout.js";
export { startRegistry, type Registry, type RegistryOptions } from "./start-registry.js";
export { makeTinyRoot } from "./tiny-root.js";
