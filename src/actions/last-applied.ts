import type { KubeObject } from "../incident/kube.ts";

const annotation = "kubectl.kubernetes.io/last-applied-configuration";
const longest = 256 * 1024;

/** What `kubectl apply` was last told about this very object; null when it was not, or cannot be read. A claim, to be checked. */
export const lastApplied = <T extends KubeObject>(object: T): Partial<T> | null => {
  const text = object.metadata.annotations?.[annotation];
  if (text === undefined || text.length > longest) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    return isSame(parsed, object) ? (parsed as Partial<T>) : null;
  } catch {
    // Anybody may write an annotation; one that is no JSON tells nothing.
    return null;
  }
};

const isSame = (parsed: unknown, { kind, metadata }: KubeObject): boolean => {
  if (typeof parsed !== "object" || parsed === null) return false;
  const other = parsed as Partial<KubeObject>;
  return other.kind === kind && other.metadata?.name === metadata.name && typeof other.spec === "object";
};
