import { stringify } from "yaml";
import type { KubeObject } from "../incident/kube.ts";
import { intentAnnotation } from "./intent.ts";
import { type Line, lineChanges } from "./line-changes.ts";

const context = 3;
const longest = 8_000;
const kubectlNote = "kubectl.kubernetes.io/last-applied-configuration";

/** What changes between two states of an object, as a unified diff of its YAML; empty when nothing does. It shows what it is given: redact first. */
export const unifiedDiff = (before: KubeObject | null, after: KubeObject | null): string => {
  const about = before ?? after;
  if (about === null) return "";
  const lines = lineChanges(before === null ? [] : yamlLines(before), after === null ? [] : yamlLines(after));
  if (lines.every(({ sign }) => sign === " ")) return "";
  const name = `${about.kind.toLowerCase()}/${about.metadata.name}`;
  const [old, now] = [
    before === null ? "/dev/null" : `${name} (now)`,
    after === null ? "/dev/null" : `${name} (after)`,
  ];
  const text = [`--- ${old}`, `+++ ${now}`, ...hunks(lines)].join("\n");
  return text.length <= longest ? text : `${text.slice(0, longest)}\n... (cut, the diff has ${text.length} characters)`;
};

const yamlLines = (object: KubeObject): string[] =>
  stringify(shown(object), { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false }).trimEnd().split("\n");

// What nobody decides, and our own mark, would only hide the change.
const shown = (object: KubeObject): object => {
  const { status: _status, ...rest } = structuredClone(object);
  const { managedFields: _fields, resourceVersion: _version, generation: _generation, ...metadata } = rest.metadata;
  if (metadata.annotations) {
    delete metadata.annotations[intentAnnotation];
    delete metadata.annotations[kubectlNote];
    if (Object.keys(metadata.annotations).length === 0) delete metadata.annotations;
  }
  return { ...rest, metadata };
};

const hunks = (lines: readonly Line[]): string[] => {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - context), at + context + 1).some(({ sign }) => sign !== " "),
  );
  const out: string[] = [];
  let [old, now] = [1, 1];
  lines.forEach(({ sign, text }, at) => {
    if (near[at] && !near[at - 1]) out.push(header(lines.slice(at, endOf(near, at)), old, now));
    if (near[at]) out.push(`${sign}${text}`);
    if (sign !== "+") old++;
    if (sign !== "-") now++;
  });
  return out;
};

const endOf = (near: readonly boolean[], from: number): number => {
  const end = near.indexOf(false, from);
  return end < 0 ? near.length : end;
};

const header = (hunk: readonly Line[], old: number, now: number): string => {
  const length = (other: string) => hunk.filter(({ sign }) => sign !== other).length;
  return `@@ -${old},${length("+")} +${now},${length("-")} @@`;
};
