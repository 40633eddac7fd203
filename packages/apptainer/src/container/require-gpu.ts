import { fragment, raw, sh, type ScriptFragment } from "@hpckit/core";
import type { Gpu } from "./options/gpu.js";

/** Where a device and a library of the driver are seen inside, once they came in. */
const evidence: Readonly<Record<Gpu, { readonly name: string; readonly devices: string; readonly libraries: string | undefined }>> = {
  nvidia: { name: "NVIDIA", devices: "/dev/nvidia[0-9]* /dev/dxg", libraries: "/.singularity.d/libs/libcuda.so*" },
  "nvidia-container-cli": { name: "NVIDIA", devices: "/dev/nvidia[0-9]* /dev/dxg", libraries: "/usr/lib/*/libcuda.so* /usr/lib64/libcuda.so* /usr/lib/libcuda.so*" },
  amd: { name: "AMD", devices: "/dev/kfd", libraries: "/.singularity.d/libs/libhsa-runtime64.so* /.singularity.d/libs/libamdhip64.so*" },
  "intel-gaudi": { name: "Gaudi", devices: "/dev/accel/accel[0-9]*", libraries: undefined },
};

/** How a launch ends that was stopped so. */
export const gpuExit = 69;

/**
 * Stops a launch inside the container where no device or no driver library has come in, or none may be opened, as in a job that was given
 * no GPU: there the host's devices are seen all the same. The engine only warns, and a program may then compute for hours on the
 * processor.
 */
export function gpuCheck(gpu: Gpu): ScriptFragment {
  const { name, devices, libraries } = evidence[gpu];
  const fail = (what: string): ReturnType<typeof sh> => sh`printf 'hpckit: %s\n' ${`no ${name} ${what} came into the container: the host has none, or the job was given none`} >&2; exit ${gpuExit}`;
  return fragment(sh`
    hpckit_any() { for hpckit_found; do if [ -r "$hpckit_found" ]; then return 0; fi; done; return 1; }
    hpckit_any ${raw(devices)} || { ${fail("device")}; }
    ${libraries === undefined ? raw(":") : sh`hpckit_any ${raw(libraries)} || { ${fail("driver library")}; }`}
  `);
}
