import { z } from "zod";
import { count, word } from "./plain-values.js";
import { resourceName } from "./generic-resources.js";

/**
 * To which of a node's GPUs (or other GRES) its tasks are bound. `map` and `masks` say it for each task of the node, from the
 * beginning again where there are more tasks.
 * @see sbatch(1), `--gpu-bind`, `--tres-bind`
 */
export type GresBinding =
  | "closest"
  | "none"
  | { readonly tasksPerResource: number }
  | { readonly resourcesPerTask: number }
  | { readonly map: readonly number[] }
  | { readonly masks: readonly string[] };

/** Bindings by the name of the generic resource, e.g. `{ gpu: "closest", nic: "none" }`. */
export type TresBinding = Readonly<Record<string, GresBinding>>;

/**
 * To which memory (NUMA node) of a node its tasks are bound; with `prefer` other memory is taken where that is full.
 * @see sbatch(1), `--mem-bind`
 */
export type MemoryBinding = MemoryBindingPlace | { readonly prefer: MemoryBindingPlace };
export type MemoryBindingPlace = "local" | "none" | "rank" | { readonly map: readonly number[] } | { readonly masks: readonly string[] };

const lists = [
  z.strictObject({ map: z.array(z.int().nonnegative()).min(1) }),
  z.strictObject({ masks: z.array(word.regex(/^0x[0-9a-f]+$/i, { error: 'a mask such as "0x3"' })).min(1) }),
] as const;

const gresBindingForms = 'one of "closest", "none", { tasksPerResource }, { resourcesPerTask }, { map } and { masks }';

export const gresBindingSchema: z.ZodType<GresBinding, GresBinding> = z.union(
  [z.enum(["closest", "none"]), z.strictObject({ tasksPerResource: count }), z.strictObject({ resourcesPerTask: count }), ...lists],
  { error: gresBindingForms },
);

export const tresBindingSchema: z.ZodType<TresBinding, TresBinding> = z
  .record(resourceName, gresBindingSchema)
  .refine((bindings) => Object.keys(bindings).length > 0, { error: "no resource: leave it out" });

const placeForms = 'one of "local", "none", "rank", { map } and { masks }';

const place: z.ZodType<MemoryBindingPlace, MemoryBindingPlace> = z.union([z.enum(["local", "none", "rank"]), ...lists], { error: placeForms });

export const memoryBindingSchema: z.ZodType<MemoryBinding, MemoryBinding> = z.union([place, z.strictObject({ prefer: place })], { error: `${placeForms}, or { prefer } with one of these` });

/** How lists are called: by the option for GPUs with a suffix (22.05 knows no other), by that for TRES without. */
interface ListNames {
  readonly map: string;
  readonly mask: string;
}

function writeGresBinding(binding: GresBinding, { map, mask }: ListNames): string {
  if (typeof binding === "string") return binding;
  if ("tasksPerResource" in binding) return `single:${binding.tasksPerResource}`;
  if ("resourcesPerTask" in binding) return `per_task:${binding.resourcesPerTask}`;
  return "map" in binding ? `${map}:${binding.map.join(",")}` : `${mask}:${binding.masks.join(",")}`;
}

/** Writes `closest`, `single:2`, `map_gpu:0,1`. */
export const formatGpuBinding = (binding: GresBinding): string => writeGresBinding(binding, { map: "map_gpu", mask: "mask_gpu" });

const hasList = (binding: GresBinding): boolean => typeof binding === "object" && ("map" in binding || "masks" in binding);

/** Writes `gres/nic:none+gres/gpu:map:0,1`: the controller of 24.11 takes nothing behind a list. */
export const formatTresBinding = (bindings: TresBinding): string =>
  Object.entries(bindings)
    .sort(([, one], [, other]) => Number(hasList(one)) - Number(hasList(other)))
    .map(([name, binding]) => `gres/${name}:${writeGresBinding(binding, { map: "map", mask: "mask" })}`)
    .join("+");

function writePlace(where: MemoryBindingPlace): string {
  if (typeof where === "string") return where;
  return "map" in where ? `map_mem:${where.map.join(",")}` : `mask_mem:${where.masks.join(",")}`;
}

/** Writes `local`, `prefer,map_mem:0,1`. */
export const formatMemoryBinding = (binding: MemoryBinding): string => (typeof binding === "object" && "prefer" in binding ? `prefer,${writePlace(binding.prefer)}` : writePlace(binding));
