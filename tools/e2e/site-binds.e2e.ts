import { readFile } from "node:fs/promises";
import { container, describeBinds, formatBinds, runInContainer, type SifImage } from "@hpckit/apptainer";
import { compose, type Transport } from "@hpckit/core";
import { parseSiteProfile, type SiteProfile } from "@hpckit/env-config";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signInWithImage } from "./sign-in-with-image.js";
import { workFolder } from "./sign-in.js";

const folder = workFolder("site-binds");
/** Beside the work folder: nothing mounts it by itself. */
const data = `/shared/scratch/data, ${process.pid}`;
let login: Transport;
let image: SifImage;
let keeling: SiteProfile;

beforeAll(async () => {
  ({ login, image } = await signInWithImage(folder));
  await login.mkdir(data);
  keeling = await parseSiteProfile(await readFile(new URL("../../docs/examples/sites/keeling.yaml", import.meta.url), "utf8"));
});
afterAll(async () => {
  for (const each of [folder, data]) await login.remove(each, { recursive: true });
  await login[Symbol.asyncDispose]();
});

describe("what a site profile binds", () => {
  it("is shown beside what the site's configuration binds", async () => {
    const shown = formatBinds(await describeBinds(login, { site: keeling.engine })).split("\n");
    expect(shown).toContain("/etc/apptainer/apptainer.conf: /etc/localtime");
    expect(shown.slice(-2)).toEqual(["profile: /data, which is not there: launches fail", "profile: /etc/localtime, read-only, instead of the configuration's"]);
  });

  it("comes into a launch by one expression, each path once; what is missing on the host ends the launch", async () => {
    const { outcome } = await runInContainer(compose(["true"], [container(image, { site: keeling.engine })]), login);
    expect(outcome).toMatchObject({ kind: "runtime-failure", reason: expect.stringMatching(/mount source \/data doesn't exist/) as string });
    const here = { ...keeling.engine, binds: [...(keeling.engine?.binds ?? []).filter(({ source }) => source !== "/data"), { source: data, destination: "/data" }] };
    const { stdout } = await runInContainer(compose(["sh", "-c", "cut -d' ' -f2,4 /proc/mounts; date > /data/made"], [container(image, { site: here })]), login, { cwd: "/tmp" });
    const mounted = stdout.split("\n").filter((line) => /^\/data |localtime|zoneinfo/.test(line)).map((line) => line.replace(/,.*/, ""));
    expect(mounted.sort()).toEqual(["/data rw", expect.stringMatching(/^\/\S+ ro$/) as string]);
    expect((await login.list(data)).map(({ name }) => name)).toEqual(["made"]);
  });
});
