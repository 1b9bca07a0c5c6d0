import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Answer, type Evidence, evidenceId } from "../../src/incident/evidence.ts";
import { isKind, kinds } from "../../src/incident/kinds.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import { commandFor, type Question } from "../../src/incident/question.ts";

export interface Fault {
  object: string;
  class: string;
  alsoRight?: string[];
}

export interface Recorded {
  name: string;
  namespace: string;
  now: string;
  objects: KubeObject[];
  evidence: Evidence[];
  faults: Fault[];
  healthy: string[];
}

export const evidence = (question: Question, answer: Answer): Evidence => ({
  id: evidenceId(question, answer),
  question,
  command: commandFor(question),
  askedAt: "2026-11-22T15:00:00.000Z",
  ms: 1,
  bytes: 1,
  answer,
});

const listOf = (kind: string, namespace: string | null, objects: KubeObject[]): Evidence =>
  evidence(
    { ask: "list", kind, namespace, selector: null },
    objects.length === 0
      ? { kind: "no-data" }
      : { kind: "found", body: { kind: "objects", objects, truncated: false } },
  );

/** What the sweep would bring home from a namespace: whole lists, ConfigMaps by name, never a Secret. */
export const sweepOf = (namespace: string, objects: readonly KubeObject[]): Evidence[] => [
  ...Object.entries(kinds)
    .filter(([kind]) => kind !== "ConfigMap")
    .map(([kind, { namespaced }]) =>
      listOf(
        kind,
        namespaced ? namespace : null,
        objects.filter(
          (one) => one.kind === kind && isKind(kind) && (!namespaced || one.metadata.namespace === namespace),
        ),
      ),
    ),
  evidence(
    { ask: "names", kind: "ConfigMap", namespace },
    {
      kind: "found",
      body: {
        kind: "names",
        of: "ConfigMap",
        names: objects.filter(({ kind }) => kind === "ConfigMap").map(({ metadata }) => metadata.name ?? ""),
      },
    },
  ),
];

export const logEvidence = (
  namespace: string,
  pod: string,
  container: string,
  previous: boolean,
  text: string,
): Evidence =>
  evidence(
    { ask: "logs", namespace, pod, container, previous, lines: 500 },
    { kind: "found", body: { kind: "log", namespace, pod, container, previous, text, truncated: false } },
  );

const logsOf = (folder: string, namespace: string): Evidence[] =>
  existsSync(folder)
    ? readdirSync(folder).flatMap((pod) =>
        readdirSync(join(folder, pod)).map((file) => {
          const previous = file.endsWith(".previous.log");
          return logEvidence(
            namespace,
            pod,
            file.replace(/(\.previous)?\.log$/, ""),
            previous,
            readFileSync(join(folder, pod, file), "utf8"),
          );
        }),
      )
    : [];

const root = join(import.meta.dirname, "../incidents");

export const recordedNames = readdirSync(root).filter((name) => existsSync(join(root, name, "objects.json")));

export const recorded = (name: string): Recorded => {
  const json = (file: string) => JSON.parse(readFileSync(join(root, name, file), "utf8"));
  const { namespace, recordedAt, objects } = json("objects.json") as {
    namespace: string;
    recordedAt: string;
    objects: KubeObject[];
  };
  const { faults, healthy } = json("expected.json") as Pick<Recorded, "faults" | "healthy">;
  return {
    name,
    namespace,
    now: recordedAt,
    objects,
    faults,
    healthy,
    evidence: [...sweepOf(namespace, objects), ...logsOf(join(root, name, "logs"), namespace)],
  };
};
