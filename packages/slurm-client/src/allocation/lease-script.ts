import { sh, type ShellExpression } from "@hpckit/core";

/** Status of a holder whose lease ran out. @see sysexits.h, EX_TEMPFAIL */
export const leaseEndedStatus = 75;

/** The signal by which a lease is renewed. */
export const renewalSignal = "USR1";

/**
 * The batch script that holds an allocation: it ends, and all steps with it, when nobody renews its lease for some seconds. By the
 * node's clock alone, so that no two clocks are compared, and without a file.
 */
export const renderLease = (leaseSeconds: number): ShellExpression => sh`
  trap 'hpckit_renewed=1' ${renewalSignal}
  while :; do
    hpckit_renewed=
    sleep ${leaseSeconds} &
    wait $!
    [ -n "$hpckit_renewed" ] || exit ${leaseEndedStatus}
    kill $! 2>/dev/null
  done
`;
