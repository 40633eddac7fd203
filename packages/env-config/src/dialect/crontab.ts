import { isKeptByShells } from "@hpckit/core";
import { refuseWhere, type Dialect } from "./dialect.js";

const inScript = "set it in the script that the entry starts, e.g. one rendered for sh";

/** A line that is longer is cut, or taken for an entry. */
const mostBytes = 998;

/**
 * Lines of a crontab for the cron of Debian (Vixie 3.0) and cronie. Quotes have no escapes, and Debian's takes off another pair of them, and blanks
 * before the closing one.
 * @see crontab(5)
 */
export const crontabLines: Dialect = {
  title: "a crontab",
  secrets: { reason: "is a secret, and crontabs are shown, mailed and kept in back-ups", nextStep: "let the script that the entry starts read it from a file of mode 0600" },
  refuse(name, value) {
    if (isKeptByShells(name)) return { reason: "is a name that the shell keeps for itself with which cron starts an entry", nextStep: "choose another name" };
    if (name === "LOGNAME" || name === "USER") return { reason: "is set by cron itself", nextStep: "choose another name" };
    if (/^MAIL(?:TO|FROM)$/.test(name) && !/^(?:[A-Za-z0-9][\w@!:%.,+-]*)?$/.test(value)) return { reason: "is an address for cron, which refuses one with such characters", nextStep: "give plain addresses, with commas between" };
    return (
      refuseWhere(value, /[\n\r]/, "holds a line break, which ends the setting", inScript) ??
      refuseWhere(value, /[\s\v]$/, "ends with a blank, which cron takes off even within quotes", inScript) ??
      refuseWhere(value, /^(["']).*\1$/s, "stands in quotes itself, which cron takes off", inScript) ??
      (value.includes('"') && value.includes("'") && /^["'\s]/.test(value)
        ? { reason: "holds both kinds of quotes after a quote or a blank, and cron knows no escape", nextStep: inScript }
        : undefined) ??
      (Buffer.byteLength(assignment(name, value)) > mostBytes ? { reason: `makes a line of more than ${mostBytes} bytes, which cron does not read`, nextStep: inScript } : undefined)
    );
  },
  write: (name, value) => `${assignment(name, value)}\n`,
};

/** Without quotes what holds both kinds: then quotes are plain, but for one at the start. */
function assignment(name: string, value: string): string {
  const quote = !value.includes('"') ? '"' : !value.includes("'") ? "'" : "";
  return `${name}=${quote}${value}${quote}`;
}
