import { dirname, extname } from "node:path";
import { issueAt, type ConfigIssue, type Origin } from "../config/config-error.js";
import { fieldNames, type Schema } from "../schema/fields.js";
import { locate, readSource, type SourceFile } from "../source/read-source.js";
import { parseBashLayer } from "../bash/parse-bash-layer.js";
import { parseProfileLayer } from "../site/parse-profile-layer.js";
import { flatten } from "./flatten.js";
import type { FileLayer, Layer, ProfileLayer } from "./layer.js";
import { parseDotenv } from "./parse-dotenv.js";
import { parseJson } from "./parse-json.js";
import { parseYaml } from "./parse-yaml.js";
import type { Setting } from "./read-setting.js";
import { unlined, type LayerParser, type ParsedLayer } from "./parsed-layer.js";

export interface ReadLayer {
  readonly name: string;
  readonly settings: readonly Setting[];
  readonly issues: readonly ConfigIssue[];
}

const parsers: Readonly<Record<string, LayerParser>> = { ".yaml": parseYaml, ".yml": parseYaml, ".json": parseJson, ".env": parseDotenv, ".sh": parseBashLayer, ".bash": parseBashLayer };

/** Reads one layer and sorts what it says by variables. */
export async function readLayer(layer: Layer, schema: Schema, folder: string | URL | undefined): Promise<ReadLayer> {
  if (typeof layer === "string") return readFileLayer({ name: layer.replace(/\.\w+$/, ""), file: layer }, schema, folder);
  if ("file" in layer) return readFileLayer(layer, schema, folder);
  if ("profile" in layer) return readProfileLayer(layer, schema, folder);
  const parsed = unlined("values" in layer ? layer.values : takenFrom(layer.environment, layer.prefix, schema));
  return sorted(parsed, schema, { origin: { layer: layer.name }, literal: "environment" in layer, folder: locate(".", folder) });
}

async function readFileLayer(layer: FileLayer, schema: Schema, folder: string | URL | undefined): Promise<ReadLayer> {
  const path = locate(layer.file, folder);
  const origin: Origin = { layer: layer.name, file: path };
  const failed = (message: string): ReadLayer => ({ name: layer.name, settings: [], issues: [issueAt("", message, origin)] });
  const parse = parsers[extensionOf(path)];
  if (parse === undefined) return failed(`a layer is a file with one of the endings ${Object.keys(parsers).join(", ")}`);
  const found = await readSource(path);
  if (found.kind === "not-found") return layer.optional === true ? { name: layer.name, settings: [], issues: [] } : failed("there is no such file");
  if (found.kind === "unreadable") return failed(`the file ${found.reason}`);
  return sorted(await parse(found.file.text, origin), schema, { origin, literal: false, folder: dirname(path), file: found.file });
}

async function readProfileLayer(layer: ProfileLayer, schema: Schema, folder: string | URL | undefined): Promise<ReadLayer> {
  const path = locate(layer.profile, folder);
  const origin: Origin = { layer: layer.name, file: path };
  const found = await readSource(path);
  if (found.kind === "read") return sorted(await parseProfileLayer(found.file.text, layer.variables, origin), schema, { origin, literal: true, folder: dirname(path), file: found.file });
  return { name: layer.name, settings: [], issues: [issueAt("", found.kind === "not-found" ? "there is no such file" : `the file ${found.reason}`, origin)] };
}

/** `.env` itself has no extension, and `.env.local` another one. */
const extensionOf = (path: string): string => (/(?:^|\/)\.env(?:\.[\w-]+)?$/.test(path) ? ".env" : extname(path));

interface Context {
  readonly origin: Origin;
  readonly literal: boolean;
  readonly folder: string;
  readonly file?: SourceFile;
}

function sorted(parsed: ParsedLayer, schema: Schema, context: Context): ReadLayer {
  const { settings, issues } = flatten(parsed, schema, context);
  return { name: context.origin.layer, settings, issues: [...parsed.issues, ...issues] };
}

function takenFrom(environment: Readonly<Record<string, string | undefined>>, prefix: string | undefined, schema: Schema): Record<string, unknown> {
  const known = new Set(fieldNames(schema));
  const taken = Object.entries(environment).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return [];
    if (prefix === undefined || prefix === "") return known.has(name) ? [[name, value]] : [];
    return name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [];
  });
  return Object.fromEntries(taken);
}
