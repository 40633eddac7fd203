import { parseOptions, type ConnectAddress } from "@hpckit/core";
import { z } from "zod";

const filled = z.string().min(1);

const addressSchema: z.ZodType<ConnectAddress> = z.union([z.strictObject({ host: filled, port: z.number().int().min(1).max(65_535) }), z.strictObject({ socketPath: filled })], {
  error: "an address is { host, port }, with a port from 1 to 65535, or { socketPath }",
});

/** @throws OptionsError before anything is said to a server: over SSH an address that cannot be written would cost the connection. */
export const checkAddress = (address: ConnectAddress): ConnectAddress => parseOptions(addressSchema, address, "address of connect");
