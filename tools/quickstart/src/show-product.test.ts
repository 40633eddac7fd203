import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { showProduct } from "./show-product.js";

it("shows the product's first rows in columns, and where the rest is", async () => {
  const folder = await mkdtemp(join(tmpdir(), "product-"));
  try {
    const rows = Array.from({ length: 12 }, (_, month) => `2012-${String(month + 1).padStart(2, "0")},${month * 9}`);
    await writeFile(join(folder, "monthly.csv"), ["month,days", ...rows, ""].join("\n"));
    expect((await showProduct(folder)).split("\n")).toEqual([
      "      month  days",
      "    2012-01     0",
      "    2012-02     9",
      "    2012-03    18",
      "    2012-04    27",
      "    2012-05    36",
      `    … and 7 more months in ${folder}/monthly.csv`,
      `    the plot: ${folder}/monthly.svg`,
      "",
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
