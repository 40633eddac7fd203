export type { Config, Explanation, Overridden } from "./config/config.js";
export { ConfigError, type ConfigIssue, type Origin } from "./config/config-error.js";
export { loadConfig, type LoadConfigOptions } from "./config/load-config.js";
export type { EnvironmentLayer, FileLayer, Layer, ValuesLayer } from "./layer/layer.js";
export type { PlacedFolder } from "./path-list/expand-path-list.js";
export { joinPathList, pathList, type PathList, type PathListInput } from "./path-list/path-list.js";
export { secretValue, type SecretCommand, type SecretInput } from "./secret/secret-value.js";
export { variables, type VariableValue } from "./variable/variables.js";
