import { TransportError, type TargetInfo } from "@hpckit/core";
import type { ConnectionListener } from "../channel/connection-event.js";
import type { Connection } from "../channel/connection.js";
import { timeLimit } from "../guard/patience.js";
import { stopping } from "../guard/stopping.js";
import type { InTurn } from "../manners/in-turn.js";
import { defaultLoginsPerMinute } from "../manners/manners-options.js";
import { accountOf, type LoginAddress } from "../manners/login-address.js";
import { sharedManners } from "../manners/shared-manners.js";
import type { Audience } from "../observe/audience.js";
import type { ConnectionOptions } from "./connection-options.js";

/** Where to sign in, as it has just been found out. */
export interface Login {
  readonly address: LoginAddress;
  readonly target: TargetInfo;
  /** Connects and signs in, each host of the way in its turn. Keeps to a time limit of its own, and throws the signal's reason as it is. */
  readonly open: (options: OpenLogin) => Promise<Connection>;
}

export interface OpenLogin {
  readonly inTurn: InTurn;
  readonly signal: AbortSignal;
  readonly isReconnect: boolean;
}

/** Finds out where to sign in: anew for each login, as files of the configuration may have changed. Keeps to a time limit of its own. */
export type FindLogin = (signal: AbortSignal) => Promise<Login>;

export interface FollowLogins {
  readonly find: FindLogin;
  readonly options: Pick<ConnectionOptions, "connectTimeoutMs" | "manners">;
  readonly audience: Audience;
  readonly tell: ConnectionListener;
  /** Whether the machine is fit, found out over its first connection. */
  readonly check: (connection: Connection, address: LoginAddress, signal: AbortSignal) => Promise<void>;
}

/** Logins that follow one another, each of them told of. */
export interface Logins {
  /** Told by those who wait for it. */
  first(signal: AbortSignal): Promise<{ readonly connection: Connection; readonly address: LoginAddress }>;
  /** @param onTurn - told when it begins to trouble a server. */
  again(signal: AbortSignal, onTurn: () => void): Promise<Connection>;
}

export function followLogins({ find, options, audience, tell, check }: FollowLogins): Logins {
  const { connectTimeoutMs, manners = {} } = options;
  const perMinute = manners.loginsPerMinute ?? defaultLoginsPerMinute;

  const inTurn = (waitMs: number | undefined, onTurn: () => void): InTurn => async (address, work, until) => {
    const account = accountOf(address);
    using stop = stopping(account, { closing: until });
    using waiting = waitMs === undefined ? undefined : timeLimit(stop, account, waitMs);
    const begin = (): void => {
      waiting?.[Symbol.dispose]();
      onTurn();
    };
    return await sharedManners(address).login(work, { perMinute, signal: stop.signal, onTurn: begin }, tell);
  };

  return {
    async first(until) {
      const login = await find(until);
      const { address } = login;
      audience.target = login.target;
      const connection = await login.open({ inTurn: inTurn(connectTimeoutMs, () => undefined), signal: until, isReconnect: false });
      await check(connection, address, until);
      return { connection, address };
    },
    again: (until, onTurn) =>
      audience.watchAgain(async () => {
        const login = await find(until);
        refuseAnother(audience.target, login.target);
        return await login.open({ inTurn: inTurn(undefined, onTurn), signal: until, isReconnect: true });
      }),
  };
}

/** A name may lead to another machine the next time, and never to another account: whose files and jobs would these be? */
function refuseAnother(before: TargetInfo, now: TargetInfo): void {
  if (now.user === before.user) return;
  throw new TransportError("not-supported", `ssh's configuration for ${before.host} now says the user ${now.user}, and this transport acts as ${before.user}`, {
    detail: { host: before.host, user: before.user, now: now.user },
  });
}
