import type { FilePolicy } from "@hpckit/core";
import { expect, it } from "vitest";
import type { TransportUnderTest } from "./describe-transport.js";
import { hostileWords } from "./hostile-words.js";

export function fileTests(under: () => TransportUnderTest): void {
  const at = (name: string): string => `${under().folder}/${name}`;
  const text = async (path: string): Promise<string> => new TextDecoder().decode(await under().transport.readFile(path));
  const sh = async (script: string, ...args: readonly string[]): Promise<string> => (await under().transport.exec(["sh", "-c", script, "sh", ...args], { check: true, cwd: under().folder })).stdout;

  it("writes and reads every byte", async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
    await under().transport.writeFile(at("bytes"), bytes);
    expect(Buffer.compare(await under().transport.readFile(at("bytes")), bytes)).toBe(0);
    await under().transport.writeFile(at("bytes"), "é");
    expect(await text(at("bytes"))).toBe("é");
    await under().transport.writeFile(at("bytes"), "");
    expect(await text(at("bytes"))).toBe("");
  });

  it("gives a new file the mode that the account's umask leaves", async () => {
    await under().transport.writeFile(at("fresh"), "x");
    expect((await under().transport.stat(at("fresh")))?.mode).toBe(Number.parseInt(await sh("printf '%o' $((0666 & ~$(umask)))"), 8));
  });

  it("keeps the mode of a file that it replaces, and never writes into the old one", async () => {
    await under().transport.writeFile(at("kept"), "old", { policy: { fileMode: 0o640, folderMode: 0o750 } });
    const before = await sh('ls -i "$1"', at("kept"));
    await under().transport.writeFile(at("kept"), "new");
    expect(await under().transport.stat(at("kept"))).toMatchObject({ mode: 0o640, sizeBytes: 3, kind: "file" });
    expect(await sh('ls -i "$1"', at("kept"))).not.toBe(before);
  });

  it("obeys a policy, and shows a secret to nobody for an instant", async () => {
    await under().transport.writeFile(at("open"), "x", { policy: { fileMode: 0o664, folderMode: 0o775 } });
    expect((await under().transport.stat(at("open")))?.mode).toBe(0o664);
    const secret: FilePolicy = { fileMode: 0o600, folderMode: 0o700 };
    const watch = under().transport.exec(["sh", "-c", 'end=$(($(date +%s) + 3)); while [ "$(date +%s)" -lt "$end" ]; do find . -maxdepth 1 -name "*.part*" -perm /077 2>/dev/null; done', "watch"], { cwd: under().folder });
    for (let round = 0; round < 3; round++) await under().transport.writeFile(at("secret"), "x".repeat(2_000_000), { policy: secret });
    expect((await watch).stdout).toBe("");
    expect((await under().transport.stat(at("secret")))?.mode).toBe(0o600);
  });

  it("replaces a link and leaves alone what it points to", async () => {
    await under().transport.writeFile(at("pointed"), "untouched");
    await sh("ln -s pointed link");
    await under().transport.writeFile(at("link"), "mine");
    expect([await text(at("pointed")), await text(at("link"))]).toEqual(["untouched", "mine"]);
    expect((await under().transport.stat(at("link")))?.kind).toBe("file");
  });

  it("says what is there without following a link, and nothing for what is not", async () => {
    await sh("mkdir kinds; cd kinds; echo abc >file; ln -s /nowhere broken; mkfifo pipe; mkdir folder; chmod 2755 folder; chmod 600 file; touch -d @1000000000 file");
    expect(await under().transport.stat(at("kinds/file"))).toMatchObject({ kind: "file", sizeBytes: 4, mode: 0o600, modifiedAtSeconds: 1_000_000_000 });
    expect(await under().transport.stat(at("kinds/broken"))).toMatchObject({ kind: "symlink" });
    expect(await under().transport.stat(at("kinds/folder"))).toMatchObject({ kind: "folder", mode: 0o2755 });
    expect(await under().transport.stat(at("kinds/none"))).toBeUndefined();
    expect(await under().transport.stat(at("kinds/file/below"))).toBeUndefined();
    const entries = await under().transport.list(at("kinds"));
    expect(entries.map(({ name, kind }) => [name, kind])).toEqual([["broken", "symlink"], ["file", "file"], ["folder", "folder"], ["pipe", "other"]]);
    expect(entries[1]).toMatchObject(await under().transport.stat(at("kinds/file")) ?? {});
  });

  it("lists, reads, renames and removes hostile names, also those that are no text", async () => {
    await under().transport.mkdir(at("names"));
    const names = hostileWords.filter((word) => word !== "" && !word.includes("/") && Buffer.byteLength(word) < 200);
    for (const name of names.slice(0, 25)) await under().transport.writeFile(at(`names/${name}`), name);
    const listed = await under().transport.list(at("names"));
    expect(listed.map(({ name }) => name).sort()).toEqual(names.slice(0, 25).sort());
    const odd = Buffer.concat([Buffer.from(at("names/")), Buffer.from([0xff, 0x0a, 0x27])]);
    await under().transport.writeFile(odd, "odd");
    const found = (await under().transport.list(at("names"))).find(({ name }) => typeof name !== "string");
    expect(Buffer.from(found?.name ?? "")).toEqual(Buffer.from([0xff, 0x0a, 0x27]));
    await under().transport.rename(odd, at("names/even"));
    expect(await text(at("names/even"))).toBe("odd");
    await under().transport.remove(at("names"), { recursive: true });
    expect(await under().transport.stat(at("names"))).toBeUndefined();
  });

  it("renames over a file that is there, without an instant in which there is none", async () => {
    await under().transport.writeFile(at("new"), "new");
    await under().transport.writeFile(at("old"), "old");
    const watch = under().transport.exec(["sh", "-c", 'end=$(($(date +%s) + 2)); while [ "$(date +%s)" -lt "$end" ]; do [ -e old ] || echo gone; done', "watch"], { cwd: under().folder });
    await under().transport.rename(at("new"), at("old"));
    expect([await text(at("old")), await under().transport.stat(at("new"))]).toEqual(["new", undefined]);
    expect((await watch).stdout).toBe("");
  });

  it("makes folders as a policy says, and leaves alone those that were there", async () => {
    await under().transport.mkdir(at("deep"), { policy: { fileMode: 0o600, folderMode: 0o700 } });
    await under().transport.mkdir(at("deep/a/b"), { recursive: true, policy: { fileMode: 0o664, folderMode: 0o2775 } });
    await under().transport.mkdir(at("deep/a/b"), { recursive: true });
    expect([(await under().transport.stat(at("deep")))?.mode, (await under().transport.stat(at("deep/a")))?.mode, (await under().transport.stat(at("deep/a/b")))?.mode]).toEqual([0o700, 0o2775, 0o2775]);
    await expect(under().transport.mkdir(at("deep"))).rejects.toMatchObject({ code: "file-exists" });
    await expect(under().transport.mkdir(at("none/below"))).rejects.toMatchObject({ code: "file-not-found" });
  });

  it("removes what is asked for and nothing that it points to", async () => {
    await sh("mkdir -p tree/sub precious; echo keep >precious/file; ln -s ../precious tree/link; ln -s precious toplink");
    await expect(under().transport.remove(at("tree"))).rejects.toMatchObject({ code: "file-exists" });
    await under().transport.remove(at("tree"), { recursive: true });
    await under().transport.remove(at("toplink/"), { recursive: true });
    expect(await text(at("precious/file"))).toBe("keep\n");
    await under().transport.remove(at("tree"));
    await under().transport.remove(at("tree"), { recursive: true });
    for (const path of ["/", ".", "..", `${under().folder}/..`]) await expect(under().transport.remove(path, { recursive: true })).rejects.toMatchObject({ name: "OptionsError" });
  });

  it("removes nothing through a link that takes a folder's place meanwhile", async () => {
    await sh("mkdir victim; echo keep >victim/file; mkdir swapped");
    const swap = 'end=$(($(date +%s) + 2)); while [ "$(date +%s)" -lt "$end" ]; do mkdir -p swapped/a/b; : >swapped/a/b/file; mv swapped/a aside && ln -s ../victim swapped/a; rm -rf aside; done';
    const swapping = under().transport.exec(["sh", "-c", swap], { cwd: under().folder });
    // What is new in a folder that is being removed is an error of its own kind, and no harm.
    for (let round = 0; round < 10; round++) await under().transport.remove(at("swapped"), { recursive: true }).catch(() => undefined);
    await swapping;
    expect(await text(at("victim/file"))).toBe("keep\n");
  });

  it("names the fault", async () => {
    const { transport } = under();
    await expect(transport.readFile(at("none"))).rejects.toMatchObject({ code: "file-not-found", message: expect.stringContaining("none") as string });
    await expect(transport.writeFile(at("none/below"), "x")).rejects.toMatchObject({ code: "file-not-found" });
    await expect(transport.list(at("none"))).rejects.toMatchObject({ code: "file-not-found" });
    await expect(transport.rename(at("none"), at("other"))).rejects.toMatchObject({ code: "file-not-found" });
    await expect(transport.writeFile(under().folder, "x")).rejects.toMatchObject({ name: "TransportError" });
    await expect(transport.readFile("")).rejects.toMatchObject({ name: "OptionsError" });
    await expect(transport.readFile("a\0b")).rejects.toMatchObject({ name: "OptionsError" });
    // As a program in plain JavaScript may give them.
    for (const path of [undefined, 5, ["a"]]) await expect(transport.stat(path as unknown as string)).rejects.toMatchObject({ name: "OptionsError" });
    await expect(transport.writeFile(`${under().folder}/none`, undefined as unknown as string)).rejects.toMatchObject({ name: "OptionsError" });
    expect(await transport.stat(`${under().folder}/none`)).toBeUndefined();
  });

  it("refuses options that it does not know, and does nothing", async () => {
    const { transport } = under();
    await transport.writeFile(at("untouched"), "x");
    // As a program in plain JavaScript may give them.
    const calls: readonly ((options: never) => Promise<unknown>)[] = [
      (options) => transport.readFile(at("untouched"), options),
      (options) => transport.stat(at("untouched"), options),
      (options) => transport.list(under().folder, options),
      (options) => transport.mkdir(at("unmade"), options),
      (options) => transport.remove(at("untouched"), options),
      (options) => transport.rename(at("untouched"), at("unmade"), options),
      (options) => transport.connect({ socketPath: at("unmade") }, options),
    ];
    for (const wrong of [{ parents: true }, { signal: new AbortController() }, null, "utf8"]) {
      for (const call of calls) await expect(call(wrong as never)).rejects.toMatchObject({ name: "OptionsError" });
    }
    await expect(transport.mkdir(at("unmade"), { policy: { folderMode: 0o700 } } as never)).rejects.toMatchObject({ name: "OptionsError" });
    expect([await transport.stat(at("unmade")), await text(at("untouched"))]).toEqual([undefined, "x"]);
  });

  it("leaves nothing aside", async () => {
    expect((await under().transport.list(under().folder)).filter(({ name }) => String(name).includes("hpckit-"))).toEqual([]);
  });
}
