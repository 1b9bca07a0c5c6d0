type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

type Lists = (field: string, current: unknown, patch: unknown[]) => unknown;

const merge = (current: unknown, patch: unknown, lists: Lists, field = ""): unknown => {
  if (Array.isArray(patch)) return lists(field, current, patch);
  if (!isObject(patch)) return patch;
  if (patch.$patch === "replace") return without(patch, "$patch");
  const merged: Json = isObject(current) ? { ...current } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith("$")) continue;
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value, lists, key);
  }
  return merged;
};

const without = ({ ...object }: Json, key: string): Json => {
  delete object[key];
  return object;
};

// The lists of a pod template that strategic merge joins by a key; all others are replaced.
const mergeKeys: Record<string, string> = {
  containers: "name",
  initContainers: "name",
  env: "name",
  volumes: "name",
  volumeMounts: "mountPath",
  ports: "containerPort",
  imagePullSecrets: "name",
};

const byKey: Lists = (field, current, patch) => {
  const key = mergeKeys[field];
  if (key === undefined || !Array.isArray(current)) return patch;
  const merged: unknown[] = [...current];
  for (const item of patch.filter(isObject)) {
    const at = merged.findIndex((other) => isObject(other) && other[key] === item[key]);
    if (item.$patch === "delete") merged.splice(at, at < 0 ? 0 : 1);
    else if (at < 0) merged.push(item);
    else merged[at] = merge(merged[at], item, byKey);
  }
  return merged;
};

/** RFC 7386. */
export const mergePatch = <T extends object>(document: T, patch: unknown): T =>
  merge(document, patch, (_field, _current, list) => list) as T;

/** Strategic merge as far as pod templates need it: no `$retainKeys`, no order directives. */
export const strategicMergePatch = <T extends object>(document: T, patch: unknown): T =>
  merge(document, patch, byKey) as T;
