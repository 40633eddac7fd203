/** Which tests need servers of their own, and no cluster. */
export const serverTests: string[] = ["packages/transport/e2e/**/*.e2e.ts", "packages/env-config/e2e/readers/**/*.e2e.ts", "tools/e2e/sshd.e2e.ts"];

/** Which tests on clusters are not of one version of Slurm: they run once, whatever versions are tested. */
export const singleTests: readonly string[] = [
  "tools/e2e/quickstart-interrupt.e2e.ts",
  "tools/e2e/environment-in-image.e2e.ts",
  "tools/e2e/activation-in-image.e2e.ts",
  "tools/e2e/built-in-a-job.e2e.ts",
  "tools/e2e/packed-environment.e2e.ts",
  "packages/apptainer/e2e/",
  "packages/venv/e2e/installers.e2e.ts",
  "packages/venv/e2e/wheelhouse.e2e.ts",
  "packages/env-config/e2e/apptainer-file.e2e.ts",
];
