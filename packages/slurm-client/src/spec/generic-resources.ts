import { z } from "zod";
import { parsedBy } from "./parsed-by.js";
import { count } from "./plain-values.js";

/** So many GPUs, of a kind as the site calls it, or of any. */
export interface GpuRequest {
  readonly type?: string | undefined;
  readonly count: number;
}

/** How many GPUs; of which kind; or of several kinds. */
export type GpuRequestInput = number | GpuRequest | readonly (GpuRequest & { readonly type: string })[];

/** A generic resource (GRES), such as `{ name: "nic", type: "cx7", count: 2 }`. */
export interface GresRequest {
  readonly name: string;
  readonly type?: string | undefined;
  readonly count: number;
}

/** A {@link GresRequest} whose count is 1 where it is left out, or a text: `name`, `name:count`, `name:type`, `name:type:count`. */
export type GresRequestInput = string | (Omit<GresRequest, "count"> & { readonly count?: number | undefined });

/** Names and types as gres.conf allows them; one that looks like a number would be taken for a count. */
export const resourceName = z.string().regex(/^(?!\d+[kmgtp]?$)[\w.-]+$/i, { error: "a name of letters, digits, _, . and -" });

const gpu = z.strictObject({ type: resourceName.optional(), count });

/** Without and with a type side by side Slurm refuses; the same twice it adds up, or not, by version. */
function refuseAmbiguous(requests: readonly Pick<GresRequest, "type">[], what: string): void {
  const types = requests.map(({ type }) => type);
  if (types.length > 1 && types.includes(undefined)) throw new RangeError(`${what} with and without a type: say the type of all`);
  if (new Set(types).size < types.length) throw new RangeError(`${what} twice: add them up`);
}

export const gpuRequestSchema: z.ZodType<readonly GpuRequest[], GpuRequestInput> = parsedBy(
  z.union([count, gpu, z.array(gpu.required({ type: true })).min(1)], { error: "a whole number from 1, { type, count }, or a list of these" }) as z.ZodType<GpuRequestInput, GpuRequestInput>,
  (given): readonly GpuRequest[] => {
    if (typeof given === "number") return [{ count: given }];
    const requests: readonly GpuRequest[] = Array.isArray(given) ? (given as readonly GpuRequest[]) : [given as GpuRequest];
    refuseAmbiguous(requests, "GPUs");
    return requests;
  },
);

/** Multiples of 1024, as sbatch(1) says of `--gres`. */
const multiples = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4, p: 1024 ** 5 } as const;

/** @throws RangeError for anything but a count from 1 on. */
export function parseResourceCount(text: string): number {
  const match = /^(\d+)([kmgtp]?)$/i.exec(text);
  const amount = match === null ? 0 : Number(match[1]) * multiples[(match[2] ?? "").toLowerCase() as keyof typeof multiples];
  if (amount < 1 || !Number.isSafeInteger(amount)) throw new RangeError(`${JSON.stringify(text)} is no count: write a whole number from 1`);
  return amount;
}

/** Reads `name[:type][:count]`. @throws RangeError for anything else. */
export function parseGresRequest(text: string): GresRequest {
  const [name = "", ...rest] = text.split(":");
  const counted = /^\d/.test(rest.at(-1) ?? "") ? rest.pop() : undefined;
  const [type, ...more] = rest;
  const valid = [name, ...(type === undefined ? [] : [type])].every((part) => resourceName.safeParse(part).success);
  if (!valid || more.length > 0) throw new RangeError(`${JSON.stringify(text)}: write name[:type][:count], or { name, type, count }`);
  return { name, ...(type === undefined ? {} : { type }), count: counted === undefined ? 1 : parseResourceCount(counted) };
}

const gres = z.union([z.string(), z.strictObject({ name: resourceName, type: resourceName.optional(), count: count.optional() })], { error: "name[:type][:count], or { name, type, count }" });

export const gresSchema: z.ZodType<readonly GresRequest[], readonly GresRequestInput[]> = parsedBy(z.array(gres, { error: "a list of name[:type][:count] or { name, type, count }" }).min(1, { error: "no resource: leave it out" }) as z.ZodType<readonly GresRequestInput[], readonly GresRequestInput[]>, (given) => {
  const requests = given.map((request) => (typeof request === "string" ? parseGresRequest(request) : { ...request, count: request.count ?? 1 }));
  for (const name of new Set(requests.map((request) => request.name))) refuseAmbiguous(requests.filter((request) => request.name === name), name);
  return requests;
});

const joined = (...parts: readonly (string | number | undefined)[]): string => parts.filter((part) => part !== undefined).join(":");

/** Writes `a100:2,h100:1`. */
export const formatGpus = (requests: readonly GpuRequest[]): string => requests.map(({ type, count: of }) => joined(type, of)).join(",");

/** Writes `gpu:a100:2,nic:1`. `gpu=2` is understood from 24.11 only. */
export const formatGres = (requests: readonly GresRequest[]): string => requests.map(({ name, type, count: of }) => joined(name, type, of)).join(",");
