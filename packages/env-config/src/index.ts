export type { Config, Explanation, Overridden } from "./config/config.js";
export { ConfigError, type ConfigIssue, type Origin } from "./config/config-error.js";
export { loadConfig, type LoadConfigOptions } from "./config/load-config.js";
export { diffConfigs, type ConfigDifference, type DifferenceSide } from "./diff/diff-configs.js";
export { showDifferences } from "./diff/show-differences.js";
export { showConfig } from "./explain/show-config.js";
export type { EnvironmentLayer, FileLayer, Layer, ProfileLayer, ValuesLayer } from "./layer/layer.js";
export { standardLayers, type StandardLayersOptions } from "./layer/standard-layers.js";
export type { PlacedFolder } from "./path-list/expand-path-list.js";
export { joinPathList, pathList, type PathList, type PathListInput } from "./path-list/path-list.js";
export { describeVariables, renderVariableTable, type VariableDescription } from "./schema/describe-variables.js";
export { secretValue, type SecretCommand, type SecretInput } from "./secret/secret-value.js";
export { describeSite, type DescribeSiteOptions, type SiteDraft } from "./site/describe/describe-site.js";
export type { SiteFact, SiteQuestion } from "./site/describe/finding.js";
export { renderSiteDraft } from "./site/describe/render-site-draft.js";
export { loadSiteProfile, parseSiteProfile, siteProfile, type ParseSiteProfileOptions } from "./site/read-site-profile.js";
export type {
  SiteAccounts,
  SiteBind,
  SiteCron,
  SiteEngine,
  SiteFolder,
  SiteLogin,
  SiteModules,
  SiteMpi,
  SiteNodes,
  SitePolling,
  SiteProfile,
  SiteProfileInput,
  SitePython,
  SiteSlurm,
  SiteTransfer,
} from "./site/site-profile.js";
export { DialectError, type RefusedVariable } from "./dialect/dialect-error.js";
export { renderVariables, type EnvironmentDialect, type RenderVariablesOptions } from "./dialect/render-variables.js";
export type { VariableValue, Variables } from "./variable/variable-text.js";
export { variables } from "./variable/variables.js";
