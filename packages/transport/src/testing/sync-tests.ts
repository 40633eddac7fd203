import { beforeEach, describe, expect, it } from "vitest";
import type { CopyProgress } from "@hpckit/core";
import { octets } from "../guard/octets.js";
import { foundationOf } from "../shell-transport.js";
import { applySync, sync } from "../sync/apply-sync.js";
import { formatSyncPlan } from "../sync/format-sync-plan.js";
import { planSync } from "../sync/plan-sync.js";
import type { TransportUnderTest } from "./describe-transport.js";
import { openSyncGround } from "./sync-ground.js";

const makeTree = `
  mkdir -p sub/deep empty && echo one >one && echo two >sub/two && echo 3 >sub/deep/three && : >sub/nothing
  ln -s ../one sub/link && ln -s nowhere broken
  chmod 640 one && chmod 755 sub/two && chmod 750 empty && touch -d '2001-02-03 04:05:06.123456789' sub/two
`;

export function syncTests(under: () => TransportUnderTest): void {
  beforeEach((context) => {
    if (foundationOf(under().transport) === undefined) context.skip("folders are synced over the transports of this package");
  });

  describe.each(["up", "down"] as const)("%s", (direction) => {
    it("makes one folder as the other is, to the nanosecond, and has nothing to do again", async () => {
      await using ground = await openSyncGround(under(), direction);
      await ground.inSource(makeTree);
      const progress: CopyProgress[] = [];
      const { plan, left } = await sync(under().transport, { ...ground.options, onProgress: (each) => progress.push(each) });
      expect(plan.totals).toEqual({ created: 9, replaced: 0, modesSet: 0, deleted: 0, unchanged: 0, surplus: 0, excluded: 0, bytes: 10 });
      expect(left).toEqual([]);
      expect(progress.at(-1)).toEqual({ transferredBytes: 10, totalBytes: 10 });
      expect(await ground.target()).toEqual(await ground.source());
      for (const compare of ["time", "size", "digest"] as const) expect(await ground.planned({ compare, delete: true })).toEqual([]);
      expect(await ground.asides()).toEqual([]);
    });

    it("gives nobody rights that the original lends: setuid, setgid and sticky bits stay behind", async () => {
      await using ground = await openSyncGround(under(), direction);
      await ground.inSource("echo new >new && echo old >old && mkdir folder && chmod 6755 new && chmod 4711 old && chmod 1775 folder");
      await ground.inTarget("echo before >old");
      await sync(under().transport, ground.options);
      expect((await ground.target()).map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual(["folder folder 775", "new file 755", "old file 711"]);
      expect(await ground.planned()).toEqual([]);
    });

    it("makes new folders whole before they are seen, without what has changed meanwhile", async () => {
      await using ground = await openSyncGround(under(), direction);
      await ground.inSource("mkdir -p new/empty/deep new/closed other && for each in a b c closed/x; do echo $each >new/$each; done; echo o >other/o; chmod 500 new/closed; chmod 751 new");
      const plan = await planSync(under().transport, ground.options);
      await ground.inSource("rm new/a && mkdir new/a && echo in >new/a/in && echo changed >new/b");
      await ground.inTarget("mkdir other && echo kept >other/kept");
      await expect(applySync(under().transport, plan)).rejects.toMatchObject({ code: "sync-outdated", paths: ["new/a", "new/b", "other", "other/o"] });
      const made = (await ground.target()).map((line) => line.split(" ").slice(0, 3).join(" "));
      expect(made.filter((line) => line.startsWith("new"))).toEqual(["new folder 751", "new/c file 644", "new/closed folder 500", "new/closed/x file 644", "new/empty folder 755", "new/empty/deep folder 755"]);
      expect([made.filter((line) => line.startsWith("other")).length, await ground.asides()]).toEqual([2, []]);
      await sync(under().transport, { ...ground.options, delete: true });
      expect(await ground.target()).toEqual(await ground.source());
      for (const clear of [ground.inSource, ground.inTarget]) await clear("chmod -R u+w .");
    });

    it("shows first what it would do, and does exactly that", async () => {
      await using ground = await openSyncGround(under(), direction);
      await ground.inSource(makeTree);
      await sync(under().transport, ground.options);
      await ground.inSource("echo three >sub/deep/three && chmod 600 one && touch sub/two && ln -sfn sub broken && mkdir new && echo n >new/n && rm sub/nothing && rmdir empty");
      const before = await ground.target();
      const plan = await planSync(under().transport, { ...ground.options, delete: true });
      const shown = formatSyncPlan(plan).split("\n");
      expect(shown.slice(1)).toEqual([
        "  replace   broken (link-target)",
        "  delete    empty/",
        "  create    new/",
        "  create    new/n",
        "  set mode  one (0640 becomes 0600)",
        "  replace   sub/deep/three (size)",
        "  delete    sub/nothing",
        "  replace   sub/two (time)",
        "2 to create, 3 to replace, 1 modes to set, 2 to delete, 3 unchanged, 12 bytes to copy",
        "",
      ]);
      expect(await ground.target()).toEqual(before);
      await applySync(under().transport, plan);
      expect(await ground.target()).toEqual(await ground.source());
    });

    it("keeps every byte of hostile names and of links, also of those that are not UTF-8", async () => {
      await using ground = await openSyncGround(under(), direction);
      await ground.inSource(`
        names() { for name in '-rf' '--' ' ' "it's" '"' '\\' 'a\\nb' '*' '$(touch canary)' '\`touch canary\`' '!' '~' 'é' "$(printf 'a\\nb')" "$(printf '\\377\\n\\001x')" "$(printf '\\n\\nx')"; do "$1" "$name"; done; }
        file() { printf %s "$1" >"./$1"; }
        folder() { mkdir "./in $1" && printf x >"./in $1/$1" && ln -s -- "$1" "./in $1/link"; }
        names file; names folder
      `);
      await sync(under().transport, ground.options);
      const made = await ground.target();
      expect(made).toHaveLength(16 * 4);
      expect(made).toEqual(await ground.source());
      await ground.inSource("for each in ./*; do if [ -f \"$each\" ]; then chmod 600 \"$each\"; else chmod 700 \"$each\"; fi; done");
      await sync(under().transport, ground.options);
      expect(await ground.target()).toEqual(await ground.source());
      await ground.inSource("rm -rf ./*");
      await sync(under().transport, { ...ground.options, delete: true });
      expect(await ground.target()).toEqual([]);
    });

    it("deletes only where it is asked to, and nothing that is excluded", async () => {
      await using ground = await openSyncGround(under(), direction);
      await ground.inSource(makeTree);
      await ground.inTarget("mkdir -p old/deep kept/logs && echo a >old/deep/a && echo b >old/b && echo c >kept/logs/c && echo d >d.log && ln -s old away && mkfifo pipe");
      expect((await planSync(under().transport, ground.options)).totals).toMatchObject({ deleted: 0, surplus: 10 });
      const { plan } = await sync(under().transport, { ...ground.options, delete: true, exclude: ["*.log", "logs/", "empty"] });
      expect(plan.skipped.map(({ path, reason }) => `${octets(path)} ${reason}`)).toEqual(["kept holds-kept", "pipe special"]);
      const made = (await ground.target()).map((line) => line.split(" ")[0]);
      expect(made).toEqual(["broken", "d.log", "kept", "kept/logs", "kept/logs/c", "one", "pipe", "sub", "sub/deep", "sub/deep/three", "sub/link", "sub/nothing", "sub/two"]);
    });

    it("follows no link, wherever one stands, and touches nothing behind it", async () => {
      await using ground = await openSyncGround(under(), direction);
      await ground.inTarget("mkdir outside inside && echo keep >outside/keep && echo keep >outside/two && ln -s ../outside inside/sub && ln -s ../outside inside/gone");
      await ground.inSource("mkdir inside outside && echo keep >outside/keep && echo keep >outside/two && mkdir inside/sub && echo two >inside/sub/two");
      const below = { ...ground.options, local: `${ground.options.local}/inside`, remote: `${ground.options.remote}/inside` };
      await sync(under().transport, { ...below, delete: true });
      await sync(under().transport, { ...ground.options, compare: "size", delete: true });
      expect(await ground.planned({ compare: "digest" })).toEqual([]);
      await ground.inSource("ln -s /etc inside/etc");
      await expect(planSync(under().transport, { ...ground.options, links: "refuse" })).rejects.toMatchObject({ code: "path-refused", detail: { links: ["inside/etc"] } });
      await sync(under().transport, ground.options);
      expect(await ground.target()).toContain("inside/etc symlink /etc");
    });

    it("goes into no folder that was swapped for a link after the plan was made", async () => {
      await using ground = await openSyncGround(under(), direction);
      await ground.inSource("mkdir -p in/sub && echo new >in/sub/a && echo new >in/sub/b");
      await ground.inTarget("mkdir -p in/sub out && echo old >in/sub/a && echo old >in/sub/c && cp -p in/sub/* out");
      const below = { ...ground.options, local: `${ground.options.local}/in`, remote: `${ground.options.remote}/in` };
      const plan = await planSync(under().transport, { ...below, delete: true });
      await ground.inTarget("rm -r in/sub && ln -s ../out in/sub && chmod 600 out/*");
      const before = await ground.target();
      await expect(applySync(under().transport, plan)).rejects.toMatchObject({ code: expect.stringMatching(/^(?:sync-outdated|path-refused)$/) as string });
      expect(await ground.target()).toEqual(before);
      expect(await ground.asides()).toEqual([]);
    });

    it("turns files into folders and back, and a folder into a file only with all that may be deleted", async () => {
      await using ground = await openSyncGround(under(), direction);
      await ground.inSource("mkdir a l && echo x >a/x && echo b >b && echo c >c && ln -s b f && : >l/x");
      await ground.inTarget("echo a >a && mkdir -p b/deep c && echo y >b/deep/y && echo f >f && ln -s a l");
      const { plan } = await sync(under().transport, ground.options);
      expect(plan.skipped).toEqual([{ path: "b", reason: "in-the-way" }]);
      expect(await ground.planned()).toEqual([]);
      await sync(under().transport, { ...ground.options, delete: true });
      expect(await ground.target()).toEqual(await ground.source());
    });

    it("leaves alone what has changed since the plan was made, on either side, and does the rest", async () => {
      await using ground = await openSyncGround(under(), direction);
      await ground.inSource("mkdir sub && for name in a b c d; do echo newer >$name; done && echo x >sub/x");
      await ground.inTarget("for name in a b e f; do echo old >$name; done; mkdir g; chmod 600 ./[a-f]");
      const plan = await planSync(under().transport, { ...ground.options, delete: true });
      await ground.inTarget("echo changed >a; echo changed >c; echo changed >e; echo changed >sub; echo changed >g/new");
      await ground.inSource("echo changed >b");
      const failed = applySync(under().transport, plan);
      await expect(failed).rejects.toMatchObject({ name: "SyncOutdatedError", code: "sync-outdated", paths: ["a", "b", "c", "e", "sub", "sub/x"] });
      const content = (await ground.target()).map((line) => line.split(" ").filter((_, index) => index === 0 || index === 3).join(" "));
      expect(content).toEqual(["a 8", "b 4", "c 8", "d 6", "e 8", "g", "g/new 8", "sub 8"]);
      expect(await ground.asides()).toEqual([]);
      await sync(under().transport, { ...ground.options, delete: true });
      expect(await ground.target()).toEqual(await ground.source());
    });

    it("opens folders that are closed to their own account while it writes in them", async () => {
      await using ground = await openSyncGround(under(), direction);
      await ground.inSource("mkdir -p a/b new && echo new >a/b/x && echo n >new/n && chmod 500 a a/b new");
      await ground.inTarget("mkdir -p a/b old/deep && echo o >old/deep/o && echo old >a/b/y && chmod 500 a a/b old old/deep");
      expect(formatSyncPlan(await planSync(under().transport, { ...ground.options, delete: true }))).toContain("  set mode  a/b (0500, opened meanwhile)\n");
      await sync(under().transport, { ...ground.options, delete: true });
      expect(await ground.target()).toEqual(await ground.source());
      for (const clear of [ground.inSource, ground.inTarget]) await clear("chmod -R u+w .");
    });

    it("says which folder it has left, as something new is in it", async () => {
      await using ground = await openSyncGround(under(), direction);
      await ground.inTarget("mkdir -p old/deep && echo a >old/a");
      const plan = await planSync(under().transport, { ...ground.options, delete: true });
      await ground.inTarget("echo new >old/deep/new");
      expect(await applySync(under().transport, plan)).toMatchObject({ left: ["old/deep", "old"] });
      expect((await ground.target()).map((line) => line.split(" ")[0])).toEqual(["old", "old/deep", "old/deep/new"]);
    });

    it("stops when it is aborted: each file is old or new, nothing is left aside, and a repeat does the rest", async () => {
      for (const share of [0.1, 0.5, 0.9, 1]) {
        await using ground = await openSyncGround(under(), direction);
        await ground.inSource("mkdir 1 2 3; for folder in 1 2 3; do for name in a b c; do head -c 1000000 /dev/zero >$folder/$name; done; done");
        await ground.inTarget("mkdir 1 2; for folder in 1 2; do for name in a b c d; do echo old >$folder/$name; done; done");
        const controller = new AbortController();
        const onProgress = ({ transferredBytes, totalBytes }: CopyProgress): void => {
          if (transferredBytes >= share * totalBytes) controller.abort();
        };
        const options = { ...ground.options, delete: true };
        await expect(sync(under().transport, { ...options, signal: controller.signal, onProgress })).rejects.toMatchObject({ code: "aborted" });
        const sizes = (await ground.target()).map((line) => line.split(" ")).filter(([, kind]) => kind === "file").map(([, , , size]) => size);
        expect(sizes.filter((size) => size !== "4" && size !== "1000000")).toEqual([]);
        expect(await ground.asides()).toEqual([]);
        await sync(under().transport, options);
        expect(await ground.target()).toEqual(await ground.source());
      }
    });

    it("keeps holes, and hard links that travel together; a folder that is missing is made", async () => {
      await using ground = await openSyncGround(under(), direction);
      await ground.inSource("mkdir tree && cd tree && echo a >a && ln a b && truncate -s 1G holes && printf x | dd of=holes bs=1 seek=500000000 conv=notrunc status=none");
      await sync(under().transport, { ...ground.options, local: `${ground.options.local}/tree`, remote: `${ground.options.remote}/tree` });
      await ground.inTarget('[ "$(stat -c %h tree/a)" = 2 ] && [ "$(stat -c %s tree/holes)" = 1073741824 ] && [ "$(du -k tree/holes | cut -f1)" -lt 1000 ]');
      expect(await ground.planned()).toEqual([]);
      await expect(sync(under().transport, { ...ground.options, local: `${ground.options.local}/none`, remote: `${ground.options.remote}/none` })).rejects.toMatchObject({ code: "file-not-found" });
    });

    it("counts no holes when it asks for room", async () => {
      await using ground = await openSyncGround(under(), direction);
      await ground.inSource("truncate -s 10T huge");
      await sync(under().transport, ground.options);
      expect(await ground.planned()).toEqual([]);
    });

    it("gives the modes of a policy, and has nothing to do again", async () => {
      await using ground = await openSyncGround(under(), direction);
      await ground.inSource("mkdir -p sub/deep && echo a >sub/a && echo b >sub/run && chmod 700 sub sub/run && chmod 500 sub/deep");
      const policy = { fileMode: 0o664, folderMode: 0o2775 };
      await sync(under().transport, { ...ground.options, policy });
      expect((await ground.target()).map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual(["sub folder 2775", "sub/a file 664", "sub/deep folder 2775", "sub/run file 775"]);
      expect(await ground.planned({ policy })).toEqual([]);
      await sync(under().transport, ground.options);
      expect(await ground.planned()).toEqual([]);
    });
  });
}
