import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of our package.json: above `src` in a checkout, above `dist` where it is built. */
export const root = (from = import.meta.dirname): string => {
  if (existsSync(join(from, "package.json"))) return from;
  if (dirname(from) === from) throw new Error("package.json is missing from this installation: install again");
  return root(dirname(from));
};

/** As package.json says it. */
export const version = (): string =>
  (JSON.parse(readFileSync(join(root(), "package.json"), "utf8")) as { version: string }).version;
