import type { AnyAuthMethod } from "ssh2";
import type { SshLogin } from "../ssh-login.js";
import type { Questions } from "./questions.js";

/** The password of the account, asked for in words of our own, as the server has none. See RFC 4252, 8. */
export async function passwordMethod({ user, host }: SshLogin, questions: Questions): Promise<AnyAuthMethod> {
  const [password = ""] = await questions.put({ method: "password", name: "", instruction: "", prompts: [{ text: `${user}@${host}'s password: `, echo: false }] });
  return { type: "password", username: user, password };
}

/** Whatever the server asks. See RFC 4256. */
export const askingMethod = ({ user }: SshLogin, questions: Questions, fail: (error: Error) => void): AnyAuthMethod => ({
  type: "keyboard-interactive",
  username: user,
  prompt(name, instruction, _language, prompts, finish) {
    const asked = prompts.map(({ prompt, echo }) => ({ text: prompt, echo: echo ?? false }));
    questions.put({ method: "keyboard-interactive", name, instruction, prompts: asked }).then((answers) => finish([...answers]), fail);
  },
});
