import { expand, sh } from "@hpckit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runShell } from "../../../../tools/shells/run-shell.js";
import { renderMountRecord } from "./mount-record.js";

/** Fields of a CSV record as encoding/csv reads them (RFC 4180): a field in quotes may hold anything, quotes doubled. */
function readRecord(record: string): string[] {
  const field = /(?:"((?:[^"]|"")*)"|([^",\n\r]*))(,|$)/gy;
  const fields: string[] = [];
  for (let end = ","; end === ","; ) {
    const match = field.exec(record);
    if (match === null) throw new Error(`not a record: ${record}`);
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    end = match[3] ?? "";
  }
  return fields;
}

describe("renderMountRecord", () => {
  it("is plain where the path is", () => {
    expect(renderMountRecord({ source: "/a b", destination: "/c:d", readOnly: true })).toBe("type=bind,source=/a b,destination=/c:d,ro");
  });

  it("is read back byte for byte", () => {
    const path = fc.string({ unit: fc.constantFrom("a", "b", " ", ",", '"', "=", ":", "\n", "'", "\\", "$", "é", "/") }).map((text) => `/${text}`);
    fc.assert(
      fc.property(path, path, fc.boolean(), (source, destination, readOnly) => {
        const record = renderMountRecord({ source, destination, readOnly });
        expect(readRecord(record as string)).toEqual(["type=bind", `source=${source}`, `destination=${destination}`, ...(readOnly ? ["ro"] : [])]);
      }),
    );
  });

  it("quotes a field whose path only the node knows", () => {
    const record = renderMountRecord({ source: expand("$X/a"), destination: "/x,y", readOnly: false });
    const { stdout } = runShell("sh", sh`printf %s ${record}`.shell, { env: { X: "/s c,r" } });
    expect(readRecord(stdout)).toEqual(["type=bind", "source=/s c,r/a", "destination=/x,y"]);
  });
});
