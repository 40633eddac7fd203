import type { ApptainerFinding } from "./apptainer-finding.js";
import type { DoctorSettings } from "./doctor-options.js";
import type { Report } from "./report.js";

const makers = {
  nvidia: { name: "NVIDIA", flag: "--nv", device: "/dev/nvidia*", library: "libcuda.so" },
  amd: { name: "AMD", flag: "--rocm", device: "/dev/kfd", library: "libhsa-runtime64.so" },
} as const;

/** Whether a graphics processor would really come in: without one the engine only warns. */
export function judgeGpu(report: Report, { gpu }: DoctorSettings): readonly ApptainerFinding[] {
  if (gpu === undefined) return [];
  const { name, flag, device, library } = makers[gpu];
  const silent = `With ${flag} the engine only warns, and the command runs without the processor.`;
  const findings: ApptainerFinding[] = [];
  if (report.first("gpu-device") === undefined) {
    findings.push({ code: "no-gpu", severity: "error", cause: silent, observed: `there is no ${device}`, fix: `ask Slurm for one (--gres=gpu:1), and look on a node that has one of ${name}'s: login nodes often have none` });
  }
  if (report.first("gpu-driver") === undefined) {
    findings.push({ code: "gpu-driver-missing", severity: "error", cause: silent, observed: `ldconfig -p knows no ${library}`, fix: `install ${name}'s driver with its libraries, or run ldconfig` });
  }
  return [...findings, ...judgeLibc(report)];
}

const minorOf = (version: string | undefined): number | undefined => {
  const minor = /2\.(\d+)/.exec(version ?? "")?.[1];
  return minor === undefined ? undefined : Number(minor);
};

/** The driver's libraries come from the host, and run with the image's C library. */
function judgeLibc(report: Report): readonly ApptainerFinding[] {
  const [needed, there] = [minorOf(report.first("gpu-needs")), minorOf(report.first("image-libc"))];
  if (needed === undefined || there === undefined || needed <= there) return [];
  return [{
    code: "gpu-libraries-too-new", severity: "error",
    cause: "The host's driver libraries do not load in the image, whose C library is older.",
    observed: `${report.first("gpu-driver") ?? ""} needs glibc 2.${needed}, the image has 2.${there}`,
    fix: `build the image on a distribution with glibc 2.${needed} or newer`,
  }];
}
