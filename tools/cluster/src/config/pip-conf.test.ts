import { describe, expect, it } from "vitest";
import { mergePipConf, mergePipVariables, renderPipConf, type IniSections } from "./pip-conf.js";

describe("pip's settings for the cluster", () => {
  it("are the files' in order, then the variables'", () => {
    const sections: IniSections = new Map();
    mergePipConf(sections, "# site\n[global]\ntimeout = 10\nindex_url = https://one.invalid/simple\n[install]\nno-binary = :all:\n");
    mergePipConf(sections, "[global]\ntimeout=20\n");
    mergePipVariables(sections, { PIP_RETRIES: "7", PIP_CACHE_DIR: "/root/.cache/pip", HOME: "/root" });
    expect(renderPipConf(sections)).toBe(
      "[global]\ntimeout = 20\nindex-url = https://one.invalid/simple\nretries = 7\n\n[install]\nno-binary = :all:\n",
    );
  });

  it("keep a value of several lines together", () => {
    const sections: IniSections = new Map();
    mergePipConf(sections, "[global]\nfind-links =\n    /opt/a\n    /opt/b\n");
    expect(sections.get("global")?.get("find-links")).toBe("\n    /opt/a\n    /opt/b");
  });
});
