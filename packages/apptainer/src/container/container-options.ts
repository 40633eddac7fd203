import { z } from "zod";
import { mountSchema, type Mount, type MountInput } from "../mount/mount.js";
import { borderSettings, borderShape, type BorderOptions, type BorderSettings } from "./border-options.js";
import { conflictsIn } from "./conflicts.js";
import type { FlagOptions } from "./container-rules.js";
import type { ClosedConfiguration } from "./site-mounts.js";
import { decryptionShape, type DecryptionOptions } from "./options/decryption.js";
import { environmentShape, type EnvironmentOptions } from "./options/environment.js";
import { folderShape, type FolderOptions } from "./options/folders.js";
import { fuseShape, type FuseOptions } from "./options/fuse.js";
import { gpuShape, type GpuOptions, type GpuSettings } from "./options/gpu.js";
import { isolationShape, type IsolationOptions } from "./options/isolation.js";
import { limitShape, type LimitOptions } from "./options/limits.js";
import { mpiMounts, mpiShape, mpiVariables, type Mpi, type MpiOptions } from "./options/mpi.js";
import { namespaceShape, type NamespaceOptions } from "./options/namespaces.js";
import { networkShape, type NetworkOptions } from "./options/network.js";
import { privilegeShape, type PrivilegeOptions } from "./options/privileges.js";
import { bindVariables, siteBindShape, type SiteBindOptions } from "./options/site-binds.js";
import { writingShape, type WritingOptions, type WritingSettings, type WritingToImage } from "./options/writing.js";

/** What every image takes. */
export interface CommonOptions
  extends BorderOptions, EnvironmentOptions, IsolationOptions, NamespaceOptions, NetworkOptions, PrivilegeOptions, LimitOptions, FolderOptions, SiteBindOptions, FuseOptions, DecryptionOptions, MpiOptions {
  /** Beyond what inner layers need: that is mounted by itself. */
  readonly mounts?: readonly MountInput[] | undefined;
}

export type ContainerOptions = CommonOptions & GpuOptions & WritingOptions;

/** An image in a folder can also be written to. */
export type SandboxContainerOptions = CommonOptions & GpuOptions & (WritingOptions | WritingToImage);

/** {@link SandboxContainerOptions} with nothing ruled out by its type: what is, is refused when it is read. */
export interface ContainerInput extends CommonOptions, GpuSettings, WritingSettings {
  readonly requireGpu?: boolean | undefined;
}

/** Options after they were checked. */
export interface ContainerSettings
  extends BorderSettings, FlagOptions {
  readonly mounts: readonly Mount[];
  readonly requireGpu: boolean;
  readonly mpi?: Mpi | undefined;
  /** Where the engine was asked, and accounts may mount nothing. */
  readonly closed?: ClosedConfiguration | undefined;
}

const containerShape = {
  ...borderShape,
  ...environmentShape,
  ...isolationShape,
  ...namespaceShape,
  ...networkShape,
  ...privilegeShape,
  ...limitShape,
  ...folderShape,
  ...siteBindShape,
  ...fuseShape,
  ...decryptionShape,
  ...gpuShape,
  ...writingShape,
  ...mpiShape,
  requireGpu: z.boolean().optional(),
  mounts: z.array(mountSchema).optional(),
};

export const containerSchema: z.ZodType<ContainerSettings, ContainerInput> = z
  .strictObject(containerShape)
  .superRefine((given, context) => {
    for (const { path, message } of conflictsIn(given)) context.addIssue({ code: "custom", path: [path], message });
  })
  .transform((given) => {
    const border = borderSettings(given);
    return {
      ...given,
      ...border,
      pass: [...border.pass, ...(given.mpi !== undefined && given.cleanEnv === true ? mpiVariables : [])],
      keepEngineVariables: [...border.keepEngineVariables, ...(given.siteBinds === "inherit" ? bindVariables : [])],
      mounts: [...(given.mounts ?? []), ...mpiMounts(given.mpi)],
      requireGpu: given.requireGpu ?? false,
    };
  });
