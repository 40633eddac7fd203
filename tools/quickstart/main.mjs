import { prepareCheckout } from "../bootstrap/prepare.mjs";

await prepareCheckout();
await import("./src/quickstart.ts");
