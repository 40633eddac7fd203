import { z } from "zod";
import { choiceFlag, listFlag, type FlagRule, type FlagRules } from "../../engine/flags/flag-rule.js";

/** Whose driver libraries and devices come in. */
export type Gpu = "nvidia" | "amd" | "nvidia-container-cli" | "intel-gaudi";

/** Accelerators of the host. Apptainer ignores `devices` beside a GPU of NVIDIA, so there is one way or the other. */
export type GpuOptions =
  | {
      /**
       * Brings in the host's driver libraries and devices. On a host without one Apptainer only warns: see `requireGpu`.
       * `nvidia-container-cli` has that program do it; `intel-gaudi` since Apptainer 1.5.
       */
      readonly gpu?: Gpu | undefined;
      /** The launch fails where no device or no driver library has come in. */
      readonly requireGpu?: boolean | undefined;
      readonly devices?: undefined;
      readonly cdiFolders?: undefined;
    }
  | {
      readonly gpu?: undefined;
      readonly requireGpu?: undefined;
      /** Devices by their CDI names, `vendor.com/class=name` (Apptainer 1.5). */
      readonly devices: readonly string[];
      /** Where their descriptions are (default: /etc/cdi and /var/run/cdi). */
      readonly cdiFolders?: readonly string[] | undefined;
    };

/** The same with nothing ruled out, as a schema reads it; what is ruled out is refused after it. */
export interface GpuSettings {
  readonly gpu?: Gpu | undefined;
  readonly devices?: readonly string[] | undefined;
  readonly cdiFolders?: readonly string[] | undefined;
}

const device = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*\/[A-Za-z0-9][\w.-]*=[A-Za-z0-9][\w.:-]*$/, { error: "a device by its CDI name: vendor.com/class=name" });

export const gpuShape = {
  gpu: z.enum(["nvidia", "amd", "nvidia-container-cli", "intel-gaudi"]).optional(),
  devices: z.array(device).optional(),
  cdiFolders: z.array(z.string().startsWith("/")).optional(),
};

const gpu: FlagRule<Gpu> = choiceFlag({ nvidia: "nv", amd: "rocm", "nvidia-container-cli": "nvccli", "intel-gaudi": "intel-hpu" });

export const gpuRules: FlagRules<GpuSettings> = { gpu, devices: listFlag("device"), cdiFolders: listFlag("cdi-dirs") };
