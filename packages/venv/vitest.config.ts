import { packageTests } from "../../tools/config/package-tests.js";

export default packageTests("venv");
