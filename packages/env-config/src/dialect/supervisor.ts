import { refuseWhere, type Dialect } from "./dialect.js";

const inScript = "set it in the script that the program starts, e.g. one rendered for sh";

/**
 * The value of `environment=` in a section `[program:x]` of supervisord's configuration. Quotes have no escapes there, and `%` begins an expansion.
 * @see Supervisor's manual, `[program:x]` Section Values, environment
 */
export const supervisorProgram: Dialect = {
  title: "environment= of supervisord",
  separator: ",",
  refuse: (_name, value) =>
    refuseWhere(value, /%\(here\)s/, "holds %(here)s, which supervisord replaces in included files however it is written", inScript) ??
    refuseWhere(value, /[\n\r]/, "holds a line break, which ends the setting", inScript) ??
    refuseWhere(value, /^["']|["']$/, "begins or ends with a quote, which supervisord takes off", inScript) ??
    refuseWhere(value, /[\s\p{Cc}][;#]/u, "holds ; or # after a blank, where supervisord sees a comment", inScript) ??
    (value.includes('"') && value.includes("'") ? { reason: "holds both kinds of quotes, and supervisord knows no escape", nextStep: inScript } : undefined),
  write: (name, value) => assignment(name, value.replaceAll("%", "%%")),
};

/** The same in the section `[supervisord]`, which is expanded twice (4.2.5, 4.3.0). */
export const supervisorMain: Dialect = { ...supervisorProgram, write: (name, value) => assignment(name, value.replaceAll("%", "%%%%")) };

function assignment(name: string, value: string): string {
  const quote = value.includes('"') ? "'" : '"';
  return `${name}=${quote}${value}${quote}`;
}
