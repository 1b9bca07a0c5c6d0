import type { Alert } from "../../src/incident/alert.ts";
import { type Action, type ActionPlan, planHash } from "../../src/incident/plan.ts";
import type { Subject } from "../../src/incident/subject.ts";
import type { NewIncident } from "../../src/store/incidents.ts";

export const subject: Subject = { cluster: "test", namespace: "shop", kind: "Deployment", name: "api", guessed: false };

/** An incident as it is opened, of one and the same subject. */
export const fresh = (at: Date, id = "inc_1"): NewIncident => ({
  id,
  subject,
  severity: "warning",
  graphVersion: 1,
  openedAt: at,
  deadlineAt: at,
});

export const alert = (changes: Partial<Alert> = {}): Alert => ({
  source: "alertmanager",
  fingerprint: "f1",
  status: "firing",
  name: "KubePodCrashLooping",
  severity: "warning",
  summary: "Pod is crash looping.",
  labels: { namespace: "shop", pod: "api-1" },
  annotations: {},
  startsAt: "2026-11-23T02:00:00.000Z",
  endsAt: null,
  url: null,
  pagerdutyIncident: null,
  ...changes,
});

const restart: Action = {
  verb: "restart-workload",
  target: { kind: "Deployment", namespace: "shop", name: "api", uid: "u1", version: "v1" },
  params: { restartedAt: "2026-11-23T02:00:00.000Z" },
  risk: "low",
  command: "kubectl -n shop rollout restart deployment/api",
  diff: "",
  undo: { command: "kubectl -n shop rollout undo deployment/api", exact: true },
  effect: "replaces the pods one by one",
};

export const plan = (expiresAt: string, changes: Partial<ActionPlan> = {}): ActionPlan => ({
  kind: "actions",
  hash: planHash([restart]),
  expiresAt,
  authority: "person",
  actions: [restart],
  ...changes,
});
