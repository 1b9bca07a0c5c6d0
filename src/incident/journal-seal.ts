import { sha256 } from "./canonical.ts";

interface Row {
  hash?: unknown;
}

/** Over the last link of every incident of a dump. */
export const sealOf = (journals: Iterable<readonly [id: string, rows: readonly Row[]]>): string =>
  sha256([...journals].map(([id, rows]) => [id, rows.length, rows.at(-1)?.hash ?? null]));
