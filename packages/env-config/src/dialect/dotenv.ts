import { refuseWhere, setInLaunch, type Dialect } from "./dialect.js";

/**
 * Lines of a `.env` file that Node (`util.parseEnv`, `--env-file`), python-dotenv and Docker Compose read alike. There is no standard, so this is
 * what they have in common: single quotes without escapes, or double quotes around what none of them escapes or expands.
 */
export const dotenv: Dialect = {
  title: "a dotenv file",
  refuse: (_name, value) =>
    refuseWhere(value, /\r/, "holds a carriage return, which Node drops", setInLaunch) ??
    refuseWhere(value, /\$\{/, "holds ${, which python-dotenv expands even in single quotes", setInLaunch) ??
    (singleQuotes(value) || doubleQuotes(value)
      ? undefined
      : { reason: "holds quotes, backslashes or $ in a mixture that no quotes keep in every reader", nextStep: "write an environment file for systemd, or a script for sh" }),
  write: (name, value) => (singleQuotes(value) ? `${name}='${value}'\n` : `${name}="${value}"\n`),
};

/** python-dotenv reads `\\` and `\'` as escapes there; for the others a backslash at the end hides the quote. */
const singleQuotes = (value: string): boolean => !/'|\\\\|\\$/.test(value);

const doubleQuotes = (value: string): boolean => !/["\\$`]/.test(value);
