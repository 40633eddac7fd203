/** Whom a login troubles. */
export interface LoginAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/** How errors name it. */
export const nameOf = ({ host, port, user }: LoginAddress): string => `${user}@${host}${port === 22 ? "" : `:${port}`}`;

/** The same, and what tells an account from others. */
export const accountOf = (address: LoginAddress): string => nameOf({ ...address, host: address.host.toLowerCase() });
