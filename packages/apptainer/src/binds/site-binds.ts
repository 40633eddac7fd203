/** A path of the host that the engine's configuration binds in every container that is not contained, for writing: it passes over `:ro` (1.4.5). */
export interface ConfiguredBind {
  readonly source: string;
  readonly destination: string;
  /** Whether it is on the machine that was asked. What is not there is left out, with a warning at every start. */
  readonly exists: boolean;
}

/** What the engine's configuration says; where it says nothing, the engine's own default. */
export interface BindConfiguration {
  readonly file: string;
  readonly binds: readonly ConfiguredBind[];
  /** Folders of the host that every container sees. */
  readonly mounts: {
    readonly home: boolean;
    readonly tmp: boolean;
    readonly proc: boolean;
    readonly sys: boolean;
    /** `minimal` has a few devices and a /dev/shm of its own. */
    readonly dev: "host" | "minimal" | "none";
    /** Every file system of the host. */
    readonly hostFileSystems: boolean;
  };
  /** Whether the driver's libraries come in without being asked for. */
  readonly gpu: { readonly nvidia: boolean; readonly amd: boolean };
  /** Whether an account may mount anything. Where it may not, the engine leaves mounts out, warns, and starts the command (1.4.5). */
  readonly userBinds: boolean;
}

/** A variable of the environment that binds in containers. Launches take it away, unless `siteBinds` is `inherit`. */
export interface BindVariable {
  readonly name: string;
  readonly value: string;
}

/** What a site's profile binds in containers that are started with `site`. */
export interface ProfiledBind {
  readonly source: string;
  readonly destination: string;
  readonly readOnly: boolean;
  /** Whether it is on the machine that was asked. A launch that mounts what is not there fails. */
  readonly exists: boolean;
  /** Whether the configuration binds something at the same place: the profile's takes its place. */
  readonly isConfigured: boolean;
}

/** What a container gets of a host without asking. */
export interface SiteBinds {
  /** Undefined where the configuration could not be found or read. */
  readonly configuration: BindConfiguration | undefined;
  readonly variables: readonly BindVariable[];
  /** Empty where no `site` was given. */
  readonly profile: readonly ProfiledBind[];
}
