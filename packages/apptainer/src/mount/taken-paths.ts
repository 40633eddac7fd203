import { fragment, raw, sh, type ScriptFragment, type ShellExpression, type Word } from "@hpckit/core";
import { keptPath } from "./mount-record.js";

/** Paths that a script takes on the node, each expanded once and checked there. */
export class TakenPaths {
  readonly setup: ScriptFragment[] = [];
  readonly #variables = new Map<string, string>();
  readonly #name: string;
  readonly #refused: string;

  /** @param options.colons - whether a path may hold a colon. */
  constructor(name: string, options: { readonly colons: boolean }) {
    this.#name = name;
    this.#refused = options.colons ? "" : " | *:*";
  }

  take(path: Word): Word {
    if (typeof path === "string") return path;
    const known = this.#variables.get(path.shell);
    if (known !== undefined) return keptPath(known);
    const variable = `hpckit_${this.#name}_${this.#variables.size}`;
    this.#variables.set(path.shell, variable);
    this.setup.push(fragment(this.#render(variable, path)));
    return keptPath(variable);
  }

  /** A quote would end the CSV field; a shell cannot double it without a process for each path. */
  #render(variable: string, path: Word): ShellExpression {
    const name = raw(variable);
    const what = this.#refused === "" ? "a quote or a line break with a carriage return" : "a quote, a colon or a line break with a carriage return";
    return sh`
      ${name}=${path}
      case $${name} in
        *${'"'}* | *${"\r\n"}*${raw(this.#refused)}) printf 'hpckit: cannot mount %s: it holds ${raw(what)}\n' "$${name}" >&2; exit 64 ;;
        */../* | */..) printf 'hpckit: cannot mount %s: what ".." means depends on links\n' "$${name}" >&2; exit 64 ;;
        /*[!/]*) ;;
        *) printf 'hpckit: cannot mount %s: it is not an absolute path below /\n' "$${name}" >&2; exit 64 ;;
      esac
    `;
  }
}
