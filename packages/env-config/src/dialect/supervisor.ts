import { refuseWhere, type Dialect } from "./dialect.js";

const inScript = "set it in the script that the program starts, e.g. one rendered for sh";

/**
 * The value of `environment=` in a configuration of supervisord. Quotes have no escapes there, and `%` begins an expansion.
 * @see Supervisor's manual, `[program:x]` Section Values, environment
 */
export const supervisorEnvironment: Dialect = {
  title: "environment= of supervisord",
  separator: ",",
  refuse: (_name, value) =>
    refuseWhere(value, /[\n\r]/, "holds a line break, which ends the setting", inScript) ??
    refuseWhere(value, /^["']|["']$/, "begins or ends with a quote, which supervisord takes off", inScript) ??
    refuseWhere(value, /[\s\x1c-\x1f\x85][;#]/, "holds ; or # after a blank, where supervisord sees a comment", inScript) ??
    (value.includes('"') && value.includes("'") ? { reason: "holds both kinds of quotes, and supervisord knows no escape", nextStep: inScript } : undefined),
  write(name, value) {
    const quote = value.includes('"') ? "'" : '"';
    return `${name}=${quote}${value.replaceAll("%", "%%")}${quote}`;
  },
};
