/**
 * The most milliseconds that a timer of Node can wait, some 24 days. One that is set to more fires at once.
 * @see Node.js, Timers, `setTimeout`: "When delay is larger than 2147483647 …, the delay will be set to 1."
 */
export const longestTimerMs = 2 ** 31 - 1;
