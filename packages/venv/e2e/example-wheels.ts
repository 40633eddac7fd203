import { fileURLToPath } from "node:url";

/** A wheel that is there without a network: the one that the example carries. */
export const exampleWheels = fileURLToPath(new URL("../../../docs/examples/daily-processing/wheels", import.meta.url));
