/** How long to wait before something is believed. Milliseconds. */
export interface Patience {
  /** For accounting to have a job that the controller says has ended. After it, the controller's word is taken. */
  readonly accountingMs: number;
  /** Before a job that was preempted or lost its node is taken to be over: it may be queued again. */
  readonly requeueMs: number;
  /** With answers that know nothing of the job, before it is `lost`. */
  readonly lostMs: number;
  /** With answers that know nothing of a submission whose reply was lost, before it is taken not to have been made, and made again. */
  readonly settleMs: number;
  /** Between two signs of life of a job that may be queued again: while they come, another start of it waits. Whole seconds. */
  readonly heartbeatMs: number;
}

const defaultPatience: Patience = { accountingMs: 30_000, requeueMs: 10_000, lostMs: 120_000, settleMs: 120_000, heartbeatMs: 60_000 };

export type PatienceInput = { readonly [Key in keyof Patience]?: Patience[Key] | undefined };

export const completePatience = (input: PatienceInput = {}): Patience => ({
  accountingMs: input.accountingMs ?? defaultPatience.accountingMs,
  requeueMs: input.requeueMs ?? defaultPatience.requeueMs,
  lostMs: input.lostMs ?? defaultPatience.lostMs,
  settleMs: input.settleMs ?? defaultPatience.settleMs,
  heartbeatMs: input.heartbeatMs ?? defaultPatience.heartbeatMs,
});
