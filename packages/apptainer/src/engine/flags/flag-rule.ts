import { raw, type Word } from "@hpckit/core";
import { csvField } from "./csv-field.js";

/** A flag as it goes onto the command line. */
export interface WrittenFlag {
  /** Without dashes. */
  readonly flag: string;
  /** Undefined for a switch. */
  readonly value?: Word | undefined;
  /** The value is one entry of a list, which the engine reads as a CSV record. */
  readonly record?: true | undefined;
  /** A switch that is on, or asks, unless it is turned off. */
  readonly off?: true | undefined;
  /** A variable of the script that holds the value: where it is empty, the flag is not written. */
  readonly variable?: string | undefined;
}

/** How the value of one option is written. */
export interface FlagRule<Value> {
  /** Every flag that it may be written with. */
  readonly flags: readonly string[];
  readonly write: (value: Value) => readonly WrittenFlag[];
}

/** A rule for each option of a group. An option that has none does not compile. */
export type FlagRules<Options> = { readonly [Name in keyof Options]-?: FlagRule<NonNullable<Options[Name]>> };

/** A switch: written when true, left out when false. */
export const onFlag = (flag: string): FlagRule<boolean> => ({ flags: [flag], write: (value) => (value ? [{ flag }] : []) });

/** A switch for the value false: what the engine does by itself is left out. */
export const offFlag = (flag: string): FlagRule<boolean> => ({ flags: [flag], write: (value) => (value ? [] : [{ flag }]) });

/** Takes the text as it is. */
export const textFlag = (flag: string): FlagRule<Word> => ({ flags: [flag], write: (value) => [{ flag, value }] });

export const numberFlag = (flag: string): FlagRule<number> => ({ flags: [flag], write: (value) => [{ flag, value: String(value) }] });

/** May be repeated, and reads each value as a CSV record (pflag's `strings`). */
export const listFlag = (flag: string): FlagRule<readonly Word[]> => ({ flags: [flag], write: (values) => values.map((value) => ({ flag, value, record: true })) });

/** Splits one text at commas itself, so no entry may hold one. */
export const joinedFlag = (flag: string): FlagRule<readonly string[]> => ({ flags: [flag], write: (values) => (values.length === 0 ? [] : [{ flag, value: values.join(",") }]) });

/** A flag of its own for each of some words. */
export const choiceFlag = <Choice extends string>(flagOf: Readonly<Record<Choice, string>>): FlagRule<Choice> => ({
  flags: Object.values(flagOf),
  write: (choice) => [{ flag: flagOf[choice] }],
});

/** A rule on values of another shape. */
export const mapped = <From, To>(rule: FlagRule<To>, map: (value: From) => To): FlagRule<From> => ({ flags: rule.flags, write: (value) => rule.write(map(value)) });

/** A group of options under one name. */
export const groupRule = <Options extends object>(rules: FlagRules<Options>): FlagRule<Options> => ({ flags: flagsOf(rules), write: (options) => writeFlags(rules, options) });

const entries = <Options extends object>(rules: FlagRules<Options>): readonly [keyof Options, FlagRule<unknown>][] => Object.entries(rules) as [keyof Options, FlagRule<unknown>][];

/** Every flag that a group of options can write. */
export const flagsOf = <Options extends object>(rules: FlagRules<Options>): readonly string[] => [...new Set(entries(rules).flatMap(([, rule]) => rule.flags))];

/** What options say, in the order of their rules. */
export const writeFlags = <Options extends object>(rules: FlagRules<Options>, options: Options): readonly WrittenFlag[] =>
  entries(rules).flatMap(([name, rule]) => {
    const value: unknown = options[name];
    return value === undefined ? [] : rule.write(value);
  });

/**
 * The words of flags. A value is a word of its own: what begins with a dash is read as a value there, too.
 * @param isPlain - whether an engine takes a flag's value as it is, where newer ones read a record.
 */
export const renderFlags = (flags: readonly WrittenFlag[], isPlain: (flag: string) => boolean = () => false): readonly Word[] =>
  flags.flatMap(({ flag, value, record, off, variable }) => {
    if (variable !== undefined) return [raw(`\${${variable}:+--${flag} "$${variable}"}`)];
    if (value === undefined) return [off === true ? `--${flag}=false` : `--${flag}`];
    return [`--${flag}`, record === true && !isPlain(flag) ? csvField(value) : value];
  });
