import { refuseWhere, setInLaunch, type Dialect } from "./dialect.js";

/** Lines of an `EnvironmentFile=`. @see systemd.exec(5), EnvironmentFile: within double quotes a backslash escapes `"`, `\`, `$` and a backtick */
export const systemdFile: Dialect = {
  title: "an EnvironmentFile of systemd",
  refuse: (_name, value) => refuseWhere(value, /\p{Noncharacter_Code_Point}/u, "holds a code point that is no character, for which systemd refuses the whole service", setInLaunch),
  write: (name, value) => `${name}="${value.replaceAll(/["\\$`]/g, String.raw`\$&`)}"\n`,
};
