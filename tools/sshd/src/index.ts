export { service } from "./accounts.js";
export { startSshd, type Sshd, type SshdOptions } from "./start-sshd.js";
