import { packageBuild } from "../../tools/config/package-build.js";

export default packageBuild({ entry: ["src/index.ts"] });
