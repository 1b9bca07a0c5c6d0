import type { KubeObject } from "../../incident/kube.ts";

const split = (text: string): string[] => text.match(/(?:[^,(]|\([^)]*\))+/g) ?? [];
const valuesIn = (text: string): string[] => text.split(",").map((value) => value.trim());

const meets = (requirement: string, labels: Record<string, string>): boolean => {
  const [, inKey, not, list] = /^\s*([^\s!=]+)\s+(not)?in\s+\((.*)\)\s*$/.exec(requirement) ?? [];
  if (inKey !== undefined) {
    const value = labels[inKey];
    const among = value !== undefined && valuesIn(list ?? "").includes(value);
    return not ? !among : among;
  }
  const [, key = "", operator, value] = /^\s*([^=!]+?)\s*(==|=|!=)\s*(.*?)\s*$/.exec(requirement) ?? [];
  if (operator) return operator === "!=" ? labels[key] !== value : labels[key] === value;
  const bare = requirement.trim();
  return bare.startsWith("!") ? !(bare.slice(1) in labels) : bare in labels;
};

export const matchesLabels = (selector: string, { metadata }: KubeObject): boolean =>
  split(selector).every((requirement) => meets(requirement, metadata.labels ?? {}));

const fieldOf = (object: KubeObject, path: string): unknown =>
  path.split(".").reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], object);

const supported = /^(metadata\.(name|namespace)|involvedObject\.\w+|reason|type|spec\.nodeName|status\.phase)$/;
const requirementsOf = (selector: string): [path: string, equal: boolean, value: string][] =>
  selector.split(",").map((part) => {
    const [, path = part, operator, value = ""] = /^([^=!]+)(==|=|!=)(.*)$/.exec(part) ?? [];
    return [path, operator !== "!=", value];
  });

/** The first field of a field selector that cannot be selected by, or null. */
export const unsupportedField = (selector: string): string | null =>
  requirementsOf(selector).find(([path]) => !supported.test(path))?.[0] ?? null;

export const matchesFields = (selector: string, object: KubeObject): boolean =>
  requirementsOf(selector).every(([path, equal, value]) => (String(fieldOf(object, path) ?? "") === value) === equal);
