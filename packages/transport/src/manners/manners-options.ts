import { z } from "zod";

/** How often a login node is asked, counted over all transports of this process to the same account of the same host. */
export interface MannersOptions {
  /**
   * Logins in any 60 seconds; by default 4. A login that is one too many waits for its turn, and in any case for the one that is under
   * way. Tries that do not reach the server do not count. A login over jump hosts counts for each host of the way.
   */
  readonly loginsPerMinute?: number | undefined;
  /** Commands in any 60 seconds; by default as many as are asked for. File operations count as commands; a batch is one. */
  readonly commandsPerMinute?: number | undefined;
}

const perMinute = z.custom<number>((value) => value === Infinity || (Number.isInteger(value) && Number(value) >= 1), "a whole number from 1 on, or Infinity").optional();

export const mannersSchema = z.strictObject({ loginsPerMinute: perMinute, commandsPerMinute: perMinute });

export const defaultLoginsPerMinute = 4;
