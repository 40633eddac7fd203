export type { Config, Explanation, Overridden } from "./config/config.js";
export { ConfigError, type ConfigIssue, type Origin } from "./config/config-error.js";
export { loadConfig, type LoadConfigOptions } from "./config/load-config.js";
export type { EnvironmentLayer, FileLayer, Layer, ValuesLayer } from "./layer/layer.js";
export { secretValue, type SecretInput } from "./secret/secret-value.js";
export { variables, type VariableValue } from "./variable/variables.js";
