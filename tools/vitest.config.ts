import { packageTests } from "./config/package-tests.js";

export default packageTests("tools", { include: ["**/*.test.ts"] });
