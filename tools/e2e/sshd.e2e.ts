import { once } from "node:events";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";

const source = `
  import { startSshd } from ${JSON.stringify(join(import.meta.dirname, "../sshd/src/index.ts"))};
  const { folder } = await startSshd({ account: "guest" });
  console.log(folder);
  setInterval(() => undefined, 1_000);
`;
const listeners = async (folder: string): Promise<string> => (await execa("pgrep", ["-f", join(folder, "sshd_config")], { reject: false })).stdout;

it("a server of a test ends with the program that has started it, however that ends", async () => {
  const program = execa("node", ["--import=tsx", "--conditions=@hpckit/source", "--input-type=module", "--eval", source], { reject: false });
  const [printed] = (await once(program.stdout, "data")) as [Buffer];
  const folder = printed.toString().trim();
  expect(await listeners(folder)).not.toBe("");
  program.kill("SIGKILL");
  await program;
  await expect.poll(() => listeners(folder)).toBe("");
  await execa("rm", ["-rf", folder]);
});
