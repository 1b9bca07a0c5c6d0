import type { KubeObject } from "../incident/kube.ts";
import { readableObjects, unreadableText } from "../incident/readable.ts";
import { PortError } from "../ports/port-error.ts";

type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const notAnObject = (what: string): PortError =>
  new PortError("cluster", "invalid", `${what} did not answer with a Kubernetes object; is a proxy in between?`);

/** Looks at the parts every object must have; the rest stays as the API sent it, without its nulls. */
export const kubeObject = (value: unknown, what: string): KubeObject => {
  if (!isFields(value) || !isFields(value.metadata) || typeof value.metadata.name !== "string") throw notAnObject(what);
  if (typeof value.kind !== "string" || typeof value.apiVersion !== "string") throw notAnObject(what);
  const {
    objects: [object],
    unreadable: [broken],
  } = readableObjects([value]);
  if (broken) throw new PortError("cluster", "invalid", `${what}: ${unreadableText(broken)}`);
  if (!object) throw notAnObject(what);
  return object;
};

export interface Page {
  objects: KubeObject[];
  /** Where the next page begins; empty on the last one. */
  next: string;
}

const continueOf = (list: Fields): string =>
  isFields(list.metadata) && typeof list.metadata.continue === "string" ? list.metadata.continue : "";

/** One without a name costs only itself: whoever reads the list says that it could not be read. */
const inList = (item: Fields): KubeObject => {
  const metadata = isFields(item.metadata) ? item.metadata : {};
  const name = typeof metadata.name === "string" ? metadata.name : "";
  return { ...item, metadata: { ...metadata, name } } as unknown as KubeObject;
};

/** The API leaves apiVersion and kind out of the items of a list; they are put back from the list's own. */
export const pageOf = (list: unknown, what: string): Page => {
  if (!isFields(list) || !Array.isArray(list.items ?? [])) throw notAnObject(what);
  const kind = String(list.kind ?? "").replace(/List$/, "");
  const items: unknown[] = Array.isArray(list.items) ? list.items : [];
  if (items.length > 0 && !items.some((item) => isFields(item) && isFields(item.metadata))) throw notAnObject(what);
  const objects = items.map((item) => inList({ apiVersion: list.apiVersion, kind, ...(isFields(item) ? item : {}) }));
  return { objects, next: continueOf(list) };
};

const nameOf = (row: unknown): unknown => {
  if (!isFields(row)) return undefined;
  if (Array.isArray(row.cells)) return row.cells[0];
  return isFields(row.metadata) ? row.metadata.name : undefined;
};

/** Names from a Table (first cell) or from a list of metadata, whichever the server knows. */
export const namesOf = (list: unknown, what: string): { names: string[]; next: string } => {
  if (!isFields(list)) throw notAnObject(what);
  const rows: unknown[] = Array.isArray(list.rows) ? list.rows : Array.isArray(list.items) ? list.items : [];
  return { names: rows.map(nameOf).filter((name) => typeof name === "string"), next: continueOf(list) };
};
