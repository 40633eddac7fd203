import { OptionsError } from "@hpckit/core";

/** More jumps than these are a configuration that goes in circles. */
export const mostHops = 8;

export const tooManyHops = (): OptionsError =>
  new OptionsError("ssh's configuration", [{ path: "ProxyJump", message: `more than ${mostHops} jump hosts one after the other: do they go in circles?` }]);
