import { canonical } from "../incident/canonical.ts";
import type { JsonPatchOperation } from "../ports/actuator.ts";

type Parent = Record<string, unknown>;

/** The object after the patch, computed here: for showing what would be proposed where the server may not be asked. */
export const patched = <T>(object: T, patch: readonly JsonPatchOperation[]): T => {
  const after = structuredClone(object);
  for (const operation of patch) apply(after, operation);
  return after;
};

const apply = (root: unknown, { op, path, value }: JsonPatchOperation): void => {
  const keys = path.split("/").slice(1).map(unescaped);
  const last = keys.pop() ?? "";
  const parent = keys.reduce<unknown>((at, key) => (at as Parent | undefined)?.[key], root) as Parent | undefined;
  if (parent === undefined || parent === null) throw new Error(`patching ${path}: there is no such place`);
  if (op === "test" && !equal(parent[last], value)) throw new Error(`testing ${path}: it is not what it was`);
  if (op === "test") return;
  if (op !== "add" && !(last in parent)) throw new Error(`patching ${path}: nothing there to ${op}`);
  if (op === "remove") delete parent[last];
  else parent[last] = structuredClone(value);
};

const unescaped = (key: string): string => key.replaceAll("~1", "/").replaceAll("~0", "~");

const equal = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);
