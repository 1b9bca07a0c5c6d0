import { canonical } from "../../incident/canonical.ts";

/** A patch that does not apply: a `test` that fails, a path that is not there. */
export class PatchFailed extends Error {}

interface Operation {
  op: string;
  path: string;
  from?: string;
  value?: unknown;
}
type Container = Record<string, unknown> | unknown[];

const partsOf = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

const isContainer = (value: unknown): value is Container => typeof value === "object" && value !== null;

const child = (at: Container, key: string): unknown => (Array.isArray(at) ? at[Number(key)] : at[key]);
const has = (at: Container, key: string): boolean =>
  Array.isArray(at) ? /^\d+$/.test(key) && Number(key) < at.length : Object.hasOwn(at, key);

/** The container that holds the last part of the path. */
const parentOf = (root: Container, path: string): { at: Container; key: string } => {
  const parts = partsOf(path);
  const key = parts.pop();
  if (key === undefined) throw new PatchFailed("the whole document cannot be patched");
  const at = parts.reduce<unknown>(
    (here, part) => (isContainer(here) && has(here, part) ? child(here, part) : undefined),
    root,
  );
  if (!isContainer(at)) throw new PatchFailed(`there is nothing at the parent of ${path}`);
  return { at, key };
};

const read = (root: Container, path: string): unknown => {
  const { at, key } = parentOf(root, path);
  if (!has(at, key)) throw new PatchFailed(`there is nothing at ${path}`);
  return child(at, key);
};

const add = (root: Container, path: string, value: unknown): void => {
  const { at, key } = parentOf(root, path);
  if (!Array.isArray(at)) at[key] = value;
  else if (key === "-") at.push(value);
  else if (/^\d+$/.test(key) && Number(key) <= at.length) at.splice(Number(key), 0, value);
  else throw new PatchFailed(`there is no place ${path}`);
};

const remove = (root: Container, path: string): void => {
  read(root, path);
  const { at, key } = parentOf(root, path);
  if (Array.isArray(at)) at.splice(Number(key), 1);
  else delete at[key];
};

const replace = (root: Container, path: string, value: unknown): void => {
  read(root, path);
  const { at, key } = parentOf(root, path);
  if (Array.isArray(at)) at[Number(key)] = value;
  else at[key] = value;
};

const move = (root: Container, from: string, path: string): void => {
  const moved = read(root, from);
  remove(root, from);
  add(root, path, moved);
};

const test = (root: Container, path: string, value: unknown): void => {
  if (canonical(read(root, path)) !== canonical(value)) throw new PatchFailed(`the test of ${path} failed`);
};

const perform = (root: Container, { op, path, from = "", value }: Operation): void => {
  if (op === "add") add(root, path, structuredClone(value));
  else if (op === "remove") remove(root, path);
  else if (op === "replace") replace(root, path, structuredClone(value));
  else if (op === "copy") add(root, path, structuredClone(read(root, from)));
  else if (op === "move") move(root, from, path);
  else if (op === "test") test(root, path, value);
  else throw new PatchFailed(`there is no operation ${op}`);
};

/** RFC 6902: all or nothing. Returns a new document. */
export const jsonPatch = <T extends object>(document: T, operations: unknown): T => {
  if (!Array.isArray(operations)) throw new PatchFailed("a JSON patch is a list of operations");
  const copy = structuredClone(document);
  for (const operation of operations as Operation[]) perform(copy as Container, operation);
  return copy;
};
