import { execa } from "execa";

/** What npm tells the scripts it starts about the project they are in; an npm for another project must not hear it. */
const ofThisProject = /^npm_(?:package|lifecycle)_|^npm_config_(?:local_prefix|workspace)/;

/** Runs npm in a folder, whether or not npm started us. Throws with its output if it fails. */
export async function runNpm(cwd: string, argv: readonly string[]): Promise<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofThisProject.test(name)));
  const { stdout } = await execa("npm", argv, { cwd, env, extendEnv: false });
  return stdout;
}
