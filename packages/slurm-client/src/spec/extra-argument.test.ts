import { describe, expect, it } from "vitest";
import { extraArgumentProblem } from "./extra-argument.js";

describe("an extra argument", () => {
  it.each(["--hint=nomultithread", "--exclusive", "--mail-user=a b@example.org", "--hold", "--comment=a\nb", "--gpu_cmode=shared", "--enable-2mb-pages", "--Site"])("may be %j", (word) => {
    expect(extraArgumentProblem(word)).toBeUndefined();
  });

  it.each(["script.sh", "-p", "--", "", "hold", "---hold", "--=x", "-- hold", "--hold\0"])("is one option: %j is refused", (word) => {
    expect(extraArgumentProblem(word)).toContain("not one option");
  });

  it.each(["--output=x", "--outp=x", "--wrap=id", "--export=NONE", "--exp=NONE", "--clusters=other", "--test-only", "--parsable", "--wait"])("takes no option of the client's: %s", (word) => {
    expect(extraArgumentProblem(word)).toContain("belongs to the client");
  });
});
