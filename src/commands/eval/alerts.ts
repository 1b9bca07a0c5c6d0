import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Alert } from "../../incident/alert.ts";
import type { Evidence } from "../../incident/evidence.ts";
import type { KubeObject } from "../../incident/kube.ts";
import { type Subject, subjectKey } from "../../incident/subject.ts";
import { fromAlertmanager } from "../../intake/alertmanager.ts";
import { subjectResolver } from "../../intake/subject-resolver.ts";
import { redact } from "./redact.ts";

/** What one alert of the recording names, and all alerts that name the same. */
export interface Alerted {
  subject: Subject;
  alerts: Alert[];
}

const file = "alertmanager.json";

/** The webhooks that were recorded with the world, through the same intake as live ones; other namespaces' are left out. */
export const alertsIn = (folder: string, namespace: string): Alert[] => {
  const path = join(folder, file);
  if (!existsSync(path)) return [];
  const bodies: unknown = JSON.parse(readFileSync(path, "utf8"));
  const alerts = (Array.isArray(bodies) ? bodies : [bodies])
    .flatMap((body) => fromAlertmanager(body))
    .map((alert) => redact.value(alert));
  return alerts.filter(({ status, labels }) => status === "firing" && (labels.namespace ?? namespace) === namespace);
};

const objectsOf = (evidence: readonly Evidence[]): KubeObject[] =>
  evidence.flatMap(({ answer }) =>
    answer.kind === "found" && answer.body.kind === "objects" ? answer.body.objects : [],
  );

/** Which objects the recorded alerts open incidents on, by the objects that were read. */
export const alertedSubjects = async (
  folder: string,
  namespace: string,
  evidence: readonly Evidence[],
): Promise<Alerted[]> => {
  const objects = objectsOf(evidence);
  const resolve = subjectResolver(
    async (kind, space, name) =>
      objects.find(
        (one) => one.kind === kind && one.metadata.name === name && (one.metadata.namespace ?? null) === space,
      ) ?? null,
    async (kind, space) => objects.filter((one) => one.kind === kind && one.metadata.namespace === space),
    "eval",
  );
  const mapped = new Map<string, Alerted>();
  for (const alert of alertsIn(folder, namespace)) {
    const subject = await resolve(alert);
    if (subject === null) continue;
    const key = subjectKey(subject);
    mapped.set(key, { subject, alerts: [...(mapped.get(key)?.alerts ?? []), alert] });
  }
  return [...mapped.values()];
};
