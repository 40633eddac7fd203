import { once } from "node:events";
import type { Client, ClientChannel } from "ssh2";
import { guardLine } from "../../../packages/transport/src/guard/guard-command.js";
import { renderCommandScript } from "../../../packages/transport/src/guard/command-script.js";
import { row, type BenchmarkRow } from "../benchmark.js";
import { openGround } from "./ground.js";
import { inTurns } from "./in-turns.js";

const commands = 200;
/** A real program everywhere: as `true` alone a bare exec would run a builtin of the login shell. */
const program = "/bin/true";

/** As little as a shell can do for a batch whose results are told apart: what no batch can beat. */
const loop = `{\n${`( exec ${program} ); echo end "$?"; echo end "$?" >&2\n`.repeat(commands)}exit\n}\n`;

/** Small commands: what a guard costs over a bare exec, and what a batch saves. */
export async function measureCommands(onRow: (row: BenchmarkRow) => void): Promise<void> {
  for (const roundTripMs of [0, 20]) {
    await using ground = await openGround(roundTripMs);
    const raw = await ground.connectRaw();
    await using login = await ground.connect();
    await using system = await ground.connectSystem();
    const rtt = `RTT ${roundTripMs === 0 ? "≈0" : `${roundTripMs} ms`}`;
    const ways: Record<string, () => Promise<unknown>> = {
      bare: () => oneByOne(() => rawExec(raw, program)),
      guarded: () => oneByOne(() => rawExec(raw, guardLine(), guardedInput())),
      exec: () => oneByOne(() => login.exec([program])),
      batch: () => login.batch(Array.from({ length: commands }, () => [program])),
      loop: () => rawExec(raw, "exec /bin/sh -s", Buffer.from(loop)),
      window: () => Promise.all(Array.from({ length: commands }, () => login.exec([program]))),
      systemExec: () => oneByOne(() => system.exec([program])),
      systemBatch: () => system.batch(Array.from({ length: commands }, () => [program])),
      systemWindow: () => Promise.all(Array.from({ length: commands }, () => system.exec([program]))),
    };
    const times = await inTurns(ways);
    const ratio = (way: string, to: string): number => (times[way] ?? NaN) / (times[to] ?? NaN);
    onRow(row(`bare exec of raw ssh2, one after the other, ${rtt}`, (times["bare"] ?? NaN) / commands, "ms each"));
    onRow(row(`exec with every guard : raw ssh2 with the same script, ${rtt}`, ratio("exec", "guarded"), "×", 1.15));
    onRow(row(`exec with every guard : bare exec, ${rtt}`, ratio("exec", "bare"), "×"));
    onRow(row(`200 at once, four at a time : bare exec one by one, ${rtt}`, ratio("window", "bare"), "×"));

    onRow(row(`a batch : bare exec one by one, ${rtt}`, ratio("batch", "bare"), "×", roundTripMs === 0 ? 0.3 : 0.1));
    onRow(row(`a bare loop of a shell that says each end on both outputs : bare exec one by one, ${rtt}`, ratio("loop", "bare"), "×"));
    onRow(row(`exec through the system's ssh : exec, ${rtt}`, ratio("systemExec", "exec"), "×"));
    onRow(row(`200 at once through the system's ssh : the same over ssh2, ${rtt}`, ratio("systemWindow", "window"), "×"));
    onRow(row(`a batch through the system's ssh : the same over ssh2, ${rtt}`, ratio("systemBatch", "batch"), "×"));
    raw.end();
  }
}

async function oneByOne(run: () => Promise<unknown>): Promise<void> {
  for (let index = 0; index < commands; index++) await run();
}

/** Both outputs are read to their ends, as any client must. */
async function rawExec(client: Client, line: string, input?: Buffer): Promise<void> {
  const stream = await new Promise<ClientChannel>((resolve, reject) => {
    client.exec(line, (error, channel) => (error === undefined ? resolve(channel) : reject(error)));
  });
  stream.resume();
  stream.stderr.resume();
  if (input !== undefined) stream.end(input);
  await once(stream, "close");
}

function guardedInput(): Buffer {
  const token = "0123456789abcdef0123456789abcdef";
  const script = Buffer.from(`${renderCommandScript({ token, argv: [program], inputBytes: 0 }).shell}\n`, "latin1");
  return Buffer.concat([Buffer.from(`${token} ${script.length}\n`), script, Buffer.from("done\n")]);
}
