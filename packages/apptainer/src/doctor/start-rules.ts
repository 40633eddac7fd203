import type { ApptainerFinding } from "./apptainer-finding.js";
import type { DoctorSettings } from "./doctor-options.js";
import type { Report } from "./report.js";

/** Whether containers start at all, as an ordinary account, and how fast. */
export const judgeStart = (report: Report, settings: DoctorSettings): readonly ApptainerFinding[] =>
  report.first("version") === undefined ? [] : [...judgePrivileges(report), ...judgeFuse(report), ...judgeOverlay(report, settings), ...judgeFakeroot(report, settings)];

function judgePrivileges(report: Report): readonly ApptainerFinding[] {
  const setuid = judgeSetuid(report);
  if (worksSetuid(report) || hasNamespaces(report)) return setuid;
  return [...setuid, {
    code: "no-user-namespaces",
    severity: "error",
    cause: "The engine can neither make a user namespace nor use a setuid part, so that no container starts.",
    ...namespaceLock(report),
  }];
}

const worksSetuid = (report: Report): boolean =>
  report.first("setuid") === "1" && report.is("starter-setuid") && report.first("allow-setuid") !== "no" && !isNosuid(report);

const isNosuid = (report: Report): boolean => (report.first("starter-mount") ?? "").split(",").includes("nosuid");

/** What started is the proof. The profile lets the engine do what AppArmor forbids `unshare`. */
const hasNamespaces = (report: Report): boolean =>
  report.is("start") || report.is("namespaces") || (report.first("apparmor") === "1" && report.first("profile") !== undefined && report.first("max-namespaces") !== "0");

/** Which of the kernel's locks is shut, and its key. */
function namespaceLock(report: Report): Pick<ApptainerFinding, "observed" | "fix"> {
  const most = report.first("max-namespaces");
  if (most === "0") return { observed: "user.max_user_namespaces is 0", fix: "sysctl -w user.max_user_namespaces=15000, and the same in /etc/sysctl.d; or install apptainer-suid" };
  if (report.first("cloning") === "0") return { observed: "kernel.unprivileged_userns_clone is 0", fix: "sysctl -w kernel.unprivileged_userns_clone=1, and the same in /etc/sysctl.d; or install apptainer-suid" };
  if (report.first("apparmor") === "1") {
    return {
      observed: "kernel.apparmor_restrict_unprivileged_userns is 1, and /etc/apparmor.d has no profile for the engine",
      fix: "add a profile that lets the engine's starter use `userns` (Apptainer's packages bring one), and reload AppArmor; or install apptainer-suid",
    };
  }
  return { observed: `unshare --user fails${most === undefined ? ": this kernel has no user namespaces" : ` (user.max_user_namespaces is ${most})`}`, fix: "allow user namespaces to this account (in a container, its seccomp profile), or install apptainer-suid" };
}

function judgeSetuid(report: Report): readonly ApptainerFinding[] {
  const starter = report.first("starter");
  if (report.first("setuid") !== "1" || worksSetuid(report)) return [];
  const [observed, fix] =
    starter === undefined ? ["its starter-suid is not there", "install apptainer-suid again"]
    : isNosuid(report) ? [`${starter} lies on a file system that is mounted nosuid`, "install the engine on a file system without nosuid"]
    : !report.is("starter-setuid") ? [`${starter} is not setuid root`, `chown root ${starter} && chmod 4755 ${starter}`]
    : [`allow setuid = no in ${report.first("settings") ?? "apptainer.conf"}`, "say allow setuid = yes there, or install the engine without setuid"];
  return [{ code: "setuid-without-effect", severity: hasNamespaces(report) ? "note" : "error", cause: "The engine was built to run setuid, and cannot: it must make user namespaces instead.", observed, fix }];
}

function judgeFuse(report: Report): readonly ApptainerFinding[] {
  if (worksSetuid(report)) return [];
  if (!report.is("squashfuse")) {
    return [{ code: "slow-start", severity: "warning", cause: "Every start extracts the whole image first.", observed: "squashfuse is not installed", fix: "install squashfuse, or use a sandbox folder" }];
  }
  if (report.is("fuse")) return [];
  const observed = report.is("fuse-exists") ? "/dev/fuse cannot be opened" : "there is no /dev/fuse";
  return [{ code: "fuse-closed", severity: "error", cause: "The engine mounts images by squashfuse, and stops where that may not mount.", observed, fix: "modprobe fuse && chmod 666 /dev/fuse; or start with the flag --unsquash, which extracts the image" }];
}

/** Since 5.11 a user namespace may mount an overlay itself. */
const mountsOverlays = (release: string): boolean => {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  return major > 5 || (major === 5 && minor >= 11);
};

function judgeOverlay(report: Report, { overlay }: DoctorSettings): readonly ApptainerFinding[] {
  const release = report.first("kernel") ?? "";
  if (!overlay || worksSetuid(report) || mountsOverlays(release) || report.is("fuse-overlay")) return [];
  return [{ code: "no-overlay", severity: "error", cause: "Nothing here can lay a writable layer over an image.", observed: `Linux ${release} lets no user mount an overlay, and fuse-overlayfs is not installed`, fix: "install fuse-overlayfs, or use Linux 5.11 or newer" }];
}

function judgeFakeroot(report: Report, { fakeroot }: DoctorSettings): readonly ApptainerFinding[] {
  const user = report.first("user") ?? "";
  if (!fakeroot) return [];
  const lacking = ["uid", "gid"].filter((kind) => report.first(`sub${kind}`) === undefined);
  const unmapped = ["uid", "gid"].filter((kind) => !report.is(`new${kind}`));
  const cause = "Under --fakeroot there is only one account inside: packages that make users, or files of other owners, fail.";
  return [
    ...(lacking.length === 0 ? [] : [{
      code: "no-subordinate-ids", severity: "warning", cause,
      observed: lacking.map((kind) => `/etc/sub${kind} has no range for ${user}`).join(", "),
      fix: `usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${user}, with a range that nobody else has`,
    } as const]),
    ...(unmapped.length === 0 ? [] : [{
      code: "no-id-mapping", severity: "warning", cause,
      observed: `${unmapped.map((kind) => `new${kind}map`).join(" and ")} is not installed`,
      fix: "install uidmap (Debian) or shadow-utils-subid (Enterprise Linux)",
    } as const]),
  ];
}
