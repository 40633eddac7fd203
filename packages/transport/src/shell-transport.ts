import type { Transport } from "@hpckit/core";
import { cancellable } from "./cancellable.js";
import type { ChannelSource } from "./channel/channel.js";
import { checkAddress } from "./channel/connect-address.js";
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
import type { Observation } from "./observe/observation.js";
import { watchBatch, watchCommand } from "./observe/watch-command.js";
import { watchCopy, watchFile, watchForward } from "./observe/watch-file.js";
import { download } from "./copy/download.js";
import { upload } from "./copy/upload.js";

interface Foundation {
  readonly source: ChannelSource;
  readonly observation: Observation;
}

const foundations = new WeakMap<Transport, Foundation>();

/** What a transport of this package stands on: where its channels come from, and who is told what happens. */
export const foundationOf = (transport: Transport): Foundation | undefined => foundations.get(transport);

/** A transport over anything that can start a guard: all that is promised is kept by the guard and by these scripts. */
export function shellTransport(source: ChannelSource, observation: Observation): Transport {
  const transport = operationsOver(source, observation);
  foundations.set(transport, { source, observation });
  return transport;
}

const operationsOver = (source: ChannelSource, observation: Observation): Transport => ({
  target: source.target,
  exec: (argv, options = {}) => watchCommand(observation, "exec", argv, options, () => exec(source, argv, options)),
  batch: (commands, options = {}) => watchBatch(observation, commands, options, () => batch(source, commands, options)),
  stream: (argv, options = {}) => stream(source, argv, options, (run) => watchCommand(observation, "stream", argv, options, run)),
  readFile: (path, options) => watchFile(observation, "readFile", [path], () => readFile(source, path, options), (content) => content.length),
  writeFile: (path, content, options) => watchFile(observation, "writeFile", [path], () => writeFile(source, path, content, options), () => Buffer.byteLength(content)),
  stat: (path, options) => watchFile(observation, "stat", [path], () => stat(source, path, options)),
  list: (path, options) => watchFile(observation, "list", [path], () => list(source, path, options)),
  mkdir: (path, options) => watchFile(observation, "mkdir", [path], () => makeFolder(source, path, options)),
  remove: (path, options) => watchFile(observation, "remove", [path], () => remove(source, path, options)),
  rename: (from, to, options) => watchFile(observation, "rename", [from, to], () => rename(source, from, to, options)),
  upload: (from, to, options) => watchCopy(observation, { operation: "upload", from, to }, options, (watched) => upload(source, from, to, watched)),
  download: (from, to, options) => watchCopy(observation, { operation: "download", from, to }, options, (watched) => download(source, from, to, watched)),
  connect: async (address, options = {}) => {
    const checked = checkAddress(address);
    const { signal } = cancellable(options, "connect");
    return watchForward(observation, checked, () => source.connect(checked, { signal }));
  },
  [Symbol.asyncDispose]: () => observation.close(() => source[Symbol.asyncDispose]()),
});
