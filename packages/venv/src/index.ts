export { pythonEnv, type PythonEnv, type PythonEnvInput, type TextSource } from "./environment/python-env.js";
export { virtualenvLayer, type BuiltPythonEnv } from "./layer/virtualenv-layer.js";
