import { prepareCheckout } from "../bootstrap/prepare.mjs";

await prepareCheckout();
await import("./src/run.ts");
