/** A wire in a process of its own, so that what it costs is not counted as its user's: `wire-process.ts PORT DELAY`. */
import { startWire } from "./wire.js";

const [port, delayMs] = process.argv.slice(2).map(Number);
const wire = await startWire({ port: port ?? 0, delayMs: delayMs ?? 0 });
process.send?.(wire.port);
process.once("disconnect", () => process.exit());
