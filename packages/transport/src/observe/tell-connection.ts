import type { ConnectionListener } from "../channel/connection-event.js";
import type { Observation } from "./observation.js";
import { eventError } from "./watched-call.js";

/** Tells what logins and commands wait for. Of the connections themselves `watchConnection` tells. */
export const tellConnection =
  ({ emit }: Pick<Observation, "emit">): ConnectionListener =>
  (event) => {
    switch (event.kind) {
      case "login-waiting":
        if (event.for === "rate") emit("login-waiting", () => ({ reason: "budget", account: event.account, waitMs: event.waitMs }));
        else emit("login-waiting", () => ({ reason: "turn", account: event.account }));
        break;
      case "reconnect-waiting":
        emit("login-waiting", () => ({ reason: "back-off", waitMs: event.waitMs }));
        break;
      case "reconnect-paused":
        emit("login-suspended", () => ({ failures: event.failures, forMs: event.waitMs }));
        break;
      case "login-ended":
        emit("login-ended", () => ({ account: event.account, inLastMinute: event.inLastMinute, error: event.error === undefined ? undefined : eventError(event.error) }));
        break;
      case "command-waiting":
        emit("command-waiting", () => ({ waitMs: event.waitMs, perMinute: event.perMinute }));
        break;
    }
  };
