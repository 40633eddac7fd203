export { ensurePythonEnv, type EnsuredPythonEnv } from "./build/ensure-python-env.js";
export { pythonEnv, type PythonEnv, type PythonEnvInput, type TextSource } from "./environment/python-env.js";
export { PythonEnvError, type PythonEnvFault } from "./error/python-env-error.js";
export { virtualenv } from "./layer/virtualenv.js";
export { virtualenvLayer, type BuiltPythonEnv } from "./layer/virtualenv-layer.js";
