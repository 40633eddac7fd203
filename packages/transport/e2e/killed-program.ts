import type { Sshd } from "../../../tools/sshd/src/index.js";
import { systemSshTo } from "./over-system-ssh.js";

/** Connects to a server and stays in a command, which writes its process id. */
const [server = "", file = ""] = process.argv.slice(2);
const login = await systemSshTo(JSON.parse(server) as Sshd);
await login.exec(["sh", "-c", 'echo $$ >"$1"; sleep 300', "sh", file]);
