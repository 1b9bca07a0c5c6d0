import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../src/root.ts";

test("it is where package.json lies, wherever our own file does", () => {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-root-"));
  writeFileSync(join(folder, "package.json"), "{}");
  mkdirSync(join(folder, "dist", "src", "store"), { recursive: true });

  expect(root(join(folder, "dist", "src", "store"))).toBe(folder);
  expect(() => root("/")).toThrow("install again");
});
