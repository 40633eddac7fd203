import type { BindConfiguration, ConfiguredBind, ProfiledBind, SiteBinds } from "./site-binds.js";

/**
 * What a container gets of a host without asking, as people read it.
 * @returns lines without a line break at the end.
 */
export const formatBinds = ({ configuration, variables, profile }: SiteBinds): string =>
  [
    ...(configuration === undefined ? ["configuration: not known, its file cannot be found or read"] : configurationLines(configuration)),
    ...variables.map(({ name, value }) => `environment: ${name}=${value}; launches take it away, unless siteBinds is "inherit"`),
    ...profile.map((bind) => `profile: ${profileText(bind)}`),
  ].join("\n");

function configurationLines({ file, binds, mounts, gpu, userBinds }: BindConfiguration): readonly string[] {
  const seen = [
    ...(mounts.home ? ["the home folder"] : []),
    ...(mounts.tmp ? ["/tmp", "/var/tmp"] : []),
    ...(mounts.proc ? ["/proc"] : []),
    ...(mounts.sys ? ["/sys"] : []),
    ...(mounts.dev === "none" ? [] : [mounts.dev === "minimal" ? "/dev with few devices and a /dev/shm of its own" : "/dev"]),
    ...(mounts.hostFileSystems ? ["every file system of the host"] : []),
    ...(gpu.nvidia ? ["NVIDIA's driver libraries"] : []),
    ...(gpu.amd ? ["AMD's driver libraries"] : []),
  ];
  return [
    `${file}: ${seen.length === 0 ? "nothing" : seen.join(", ")}`,
    ...binds.map((bind) => `${file}: ${bindText(bind)}`),
    ...(userBinds ? [] : [`${file}: accounts may mount nothing (user bind control = no): container() refuses a launch that needs mounts`]),
  ];
}

const placeText = ({ source, destination }: Pick<ConfiguredBind, "source" | "destination">): string => `${source}${destination === source ? "" : ` as ${destination}`}`;
const bindText = (bind: ConfiguredBind): string => `${placeText(bind)}${bind.exists ? "" : ", which is not there"}`;
const profileText = (bind: ProfiledBind): string =>
  `${placeText(bind)}${bind.readOnly ? ", read-only" : ""}${bind.isConfigured ? ", instead of the configuration's" : ""}${bind.exists ? "" : ", which is not there: launches fail"}`;
