import { z } from "zod";
import { parseResourceCount, resourceName } from "./generic-resources.js";
import { parsedBy } from "./parsed-by.js";
import { count } from "./plain-values.js";

/**
 * A trackable resource (TRES): CPUs, a generic resource such as `gres/gpu:a100`, or a licence.
 * @see sbatch(1), `--tres-per-task`
 */
export type TresRequest =
  | { readonly kind: "cpu"; readonly count: number }
  | { readonly kind: "gres"; readonly name: string; readonly type?: string | undefined; readonly count: number }
  | { readonly kind: "license"; readonly name: string; readonly count: number };

/** A list, or a text as Slurm writes it: `cpu=2,gres/gpu:a100=1`. */
export type TresRequestInput = string | readonly TresRequest[];

/**
 * Reads TRES as Slurm writes them. Slurm also tells the total of a resource whose types it lists, `gres/gpu=4,gres/gpu:a100=4`:
 * those are four GPUs, not eight, so the total is left out.
 * @throws RangeError for anything else, or where a total is not that of its types.
 */
export function parseTresRequests(text: string): readonly TresRequest[] {
  const all = text.split(",").map(parseOne);
  return all.filter((one) => {
    if (one.kind !== "gres" || one.type !== undefined) return true;
    const typed = all.flatMap((other) => (other.kind === "gres" && other.name === one.name && other.type !== undefined ? [other.count] : []));
    if (typed.length > 0 && typed.reduce((sum, each) => sum + each, 0) !== one.count) throw new RangeError(`${one.count} of gres/${one.name} is not the sum of its types: say the types alone`);
    return typed.length === 0;
  });
}

function parseOne(text: string): TresRequest {
  const [resource = "", counted = ""] = text.split(/=(.*)/s);
  const [kind = "", name] = resource.split(/\/(.*)/s);
  const of = parseResourceCount(counted);
  if (kind === "cpu" && name === undefined) return { kind, count: of };
  const [called = "", type, ...more] = name?.split(":") ?? [];
  const valid = more.length === 0 && [called, ...(type === undefined ? [] : [type])].every((part) => resourceName.safeParse(part).success);
  if (valid && kind === "gres") return { kind, name: called, ...(type === undefined ? {} : { type }), count: of };
  if (valid && kind === "license" && type === undefined) return { kind, name: called, count: of };
  throw new RangeError(`${JSON.stringify(text)}: write cpu=2, gres/name[:type]=1 or license/name=1`);
}

const one = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("cpu"), count }),
  z.strictObject({ kind: z.literal("gres"), name: resourceName, type: resourceName.optional(), count }),
  z.strictObject({ kind: z.literal("license"), name: resourceName, count }),
]);

const key = (request: TresRequest): string => formatTres([{ ...request, count: 1 }]);

export const tresSchema: z.ZodType<readonly TresRequest[], TresRequestInput> = parsedBy(
  z.union([z.string(), z.array(one).min(1)], { error: 'a text such as "cpu=2,gres/gpu:a100=1", or a list of { kind, name, type, count }' }) as z.ZodType<TresRequestInput, TresRequestInput>,
  (given) => {
    const requests = typeof given === "string" ? parseTresRequests(given) : given;
    if (new Set(requests.map(key)).size < requests.length) throw new RangeError("the same resource twice: add them up");
    for (const request of requests) {
      if (request.kind === "gres" && request.type === undefined && requests.some((other) => other.kind === "gres" && other.name === request.name && other.type !== undefined)) {
        throw new RangeError(`gres/${request.name} with and without a type: say the type of all`);
      }
    }
    return requests;
  },
);

/** Writes `cpu=2,gres/gpu:a100=1`. */
export const formatTres = (requests: readonly TresRequest[]): string =>
  requests
    .map((request) => {
      if (request.kind === "cpu") return `cpu=${request.count}`;
      const type = request.kind === "gres" && request.type !== undefined ? `:${request.type}` : "";
      return `${request.kind}/${request.name}${type}=${request.count}`;
    })
    .join(",");
