export { activation, type Activation, type ActivationAdditions, type ActivationInput } from "./activation/activation.js";
export { renderActivation, type ActivationShell } from "./activation/render-activation.js";
export { writeActivation, type WriteActivationOptions } from "./activation/write-activation.js";
export { ensurePythonEnv, type EnsuredPythonEnv } from "./build/ensure-python-env.js";
export { pythonEnv, type PythonEnv, type PythonEnvInput, type TextSource } from "./environment/python-env.js";
export { PythonEnvError, type PythonEnvFault } from "./error/python-env-error.js";
export { virtualenv } from "./layer/virtualenv.js";
export { virtualenvLayer, type BuiltPythonEnv } from "./layer/virtualenv-layer.js";
export { virtualenvAt } from "./layer/virtualenv-at.js";
