import type { Transport } from "@hpckit/core";
import type { ChannelSource } from "./channel/channel.js";
import { batch } from "./command/batch.js";
import { exec } from "./command/exec.js";
import { stream } from "./command/stream.js";
import { list } from "./file/list.js";
import { makeFolder } from "./file/make-folder.js";
import { readFile } from "./file/read-file.js";
import { remove } from "./file/remove.js";
import { rename } from "./file/rename.js";
import { stat } from "./file/stat.js";
import { writeFile } from "./copy/write-file.js";
import { download } from "./copy/download.js";
import { upload } from "./copy/upload.js";

const sources = new WeakMap<Transport, ChannelSource>();

/** Where the channels of a transport come from, if it is one of this package. */
export const sourceOf = (transport: Transport): ChannelSource | undefined => sources.get(transport);

/** A transport over anything that can start a guard: all that is promised is kept by the guard and by these scripts. */
export function shellTransport(source: ChannelSource): Transport {
  const transport = operationsOver(source);
  sources.set(transport, source);
  return transport;
}

const operationsOver = (source: ChannelSource): Transport => ({
  target: source.target,
  exec: (argv, options) => exec(source, argv, options),
  batch: (commands, options) => batch(source, commands, options),
  stream: (argv, options) => stream(source, argv, options),
  readFile: (path, options) => readFile(source, path, options),
  writeFile: (path, content, options) => writeFile(source, path, content, options),
  stat: (path, options) => stat(source, path, options),
  list: (path, options) => list(source, path, options),
  mkdir: (path, options) => makeFolder(source, path, options),
  remove: (path, options) => remove(source, path, options),
  rename: (from, to, options) => rename(source, from, to, options),
  upload: (from, to, options) => upload(source, from, to, options),
  download: (from, to, options) => download(source, from, to, options),
  connect: (address, options = {}) => source.connect(address, options),
  [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
});
