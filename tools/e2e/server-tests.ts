/** Which tests need servers of their own, and no cluster. */
export const serverTests: string[] = ["packages/transport/e2e/**/*.e2e.ts", "tools/e2e/sshd.e2e.ts"];
