import { expect, test } from "vitest";
import type { Evidence, Series } from "../../src/incident/evidence.ts";
import type { Incident } from "../../src/incident/incident.ts";
import type { KubeObject, PodSpec, Workload } from "../../src/incident/kube.ts";
import type { Action } from "../../src/incident/plan.ts";
import { intentKey } from "../../src/nodes/act.ts";
import { verify } from "../../src/nodes/verify.ts";
import { PortError } from "../../src/ports/port-error.ts";
import { fakeKubernetes } from "../support/fake-actuator.ts";
import { noLedger } from "../support/fake-ledger.ts";
import {
  clockAt,
  deployment,
  fakeArchive,
  found,
  incidentOf,
  pod,
  podSpec,
  policyIn,
  replicaSet,
} from "../support/workloads.ts";

const web = "Deployment/shop/web";
const probe = { readinessProbe: { httpGet: { path: "/", port: 80 } } };
const spec = podSpec("web:1", probe);
const appliedAt = "2026-01-01T10:00:00.000Z";
const target = { kind: "Deployment", namespace: "shop", name: "web", uid: "uid-web", version: "v" };
const common = {
  target,
  risk: "low",
  command: "c",
  diff: "d",
  undo: { command: "kubectl undo it", exact: true },
  effect: "e",
} as const;
const raise: Action = { verb: "raise-memory-limit", params: { container: "web", from: "1Mi", to: "2Mi" }, ...common };
const undo = { verb: "undo-rollout", ...common } as const;
const restart = { verb: "restart-workload", params: {}, ...common } as Action;

const healthy = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
const sick = { ...healthy, readyReplicas: 1, availableReplicas: 1 };
const readyAt = (time: string) => ({
  phase: "Running",
  conditions: [{ type: "Ready", status: "True", lastTransitionTime: time }],
  containerStatuses: [{ name: "web", restartCount: 0, state: { running: { startedAt: time } } }],
});
const service: KubeObject = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "front", namespace: "shop" },
  spec: { selector: { app: "web" } },
};
const sliceOf = (podName: string): KubeObject => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: "front-1", namespace: "shop", labels: { "kubernetes.io/service-name": "front" } },
  endpoints: [{ conditions: { ready: true }, targetRef: { kind: "Pod", name: podName } }],
});
const well = (since = "2026-01-01T10:00:10.000Z", template: PodSpec = spec): KubeObject[] => [
  deployment(template, healthy),
  pod("web-r1-a", 1, readyAt(since)),
  pod("web-r1-b", 1, readyAt(since)),
  service,
  sliceOf("web-r1-a"),
];

const setUp = (
  objects: KubeObject[],
  {
    action = raise as Action,
    actions = null as Action[] | null,
    kept = spec,
    alertSilent = false,
    alerts = [] as Incident["alerts"],
    withMetrics = true,
    earlier = [] as Evidence[],
    times = {} as Record<string, { settleSeconds?: number; watchSeconds?: number }>,
  } = {},
) => {
  const kubernetes = fakeKubernetes(objects);
  for (const object of kubernetes.objects.values()) object.metadata.generation = 2;
  const before = found("2026-01-01T09:59:00Z", deployment(spec, sick), replicaSet(1, kept, 0, appliedAt));
  const archive = fakeArchive([before, ...earlier]);
  const clock = clockAt(appliedAt);
  const firing: Series[] = [];
  const metrics = withMetrics ? { instant: async () => firing, range: async () => [] } : null;
  const settings = {
    settleSeconds: 30,
    watchSeconds: 120,
    policy: policyIn("approve", { verify: { alertSilent, times } }),
    redact: <T>(value: T): T => value,
  };
  const key = intentKey("inc-1", "h", 1, 0);
  let incident = incidentOf({
    evidence: [before, ...earlier].map(({ id }) => id),
    alerts,
    plan: { kind: "actions", hash: "h", expiresAt: appliedAt, authority: "person", actions: actions ?? [action] },
    outcomes: [{ key, verb: action.verb, target, at: appliedAt, kind: "applied", reason: null, message: "" }],
  });
  const look = async () => {
    const ports = { ...kubernetes, exact: kubernetes.cluster, ledger: noLedger, metrics, archive, clock };
    const update = await verify(ports, settings)(incident);
    incident = { ...incident, ...update };
    return incident;
  };
  /** Looks whenever it wants to look again, as the timers do. */
  const toTheEnd = async (onLook: (n: number) => void = () => undefined) => {
    for (let n = 0; n < 50; n++) {
      onLook(n);
      const { lookAgainAt, verdict } = await look();
      const over = verdict !== null && (verdict.kind === "recovered" || incident.escalation !== null);
      if (over && verdict) return { looks: n + 1, at: clock.now().toISOString(), incident, verdict };
      if (verdict) continue;
      clock.to(lookAgainAt ?? "");
    }
    throw new Error("it never decides");
  };
  return { kubernetes, clock, look, toTheEnd, firing, archive };
};
const failing = (incident: Incident): string[] =>
  incident.verdict?.checks.filter(({ ok, required }) => required && !ok).map(({ name }) => name) ?? [];

test("it does not look before things have settled", async () => {
  const { look, archive } = setUp(well());

  expect((await look()).lookAgainAt).toBe("2026-01-01T10:00:30.000Z");
  expect(archive.kept).toHaveLength(1);
});

test("recovered is said after settling and watching, never sooner, and what was seen is kept", async () => {
  const { toTheEnd, archive } = setUp(well());

  const { verdict, at, incident } = await toTheEnd();

  expect(verdict.kind).toBe("recovered");
  expect(at).toBe("2026-01-01T10:02:30.000Z");
  expect(incident).toMatchObject({ lookAgainAt: null, escalation: null });
  expect(incident.evidence.length).toBeGreaterThan(1);
  expect(archive.kept.map(({ id }) => id)).toEqual(expect.arrayContaining(incident.evidence));
});

test("policy gives a verb times of its own, and no other verb", async () => {
  const times = { "raise-memory-limit": { settleSeconds: 60, watchSeconds: 600 } };

  expect((await setUp(well(), { times }).toTheEnd()).at).toBe("2026-01-01T10:11:00.000Z");
  expect((await setUp(well(), { times, action: restart }).toTheEnd()).at).toBe("2026-01-01T10:02:30.000Z");
});

test("a restart while watching starts the watch anew", async () => {
  const { toTheEnd, kubernetes } = setUp(well());

  const { verdict, at } = await toTheEnd((n) => {
    if (n === 3)
      kubernetes.change("Pod/shop/web-r1-a", (object) =>
        Object.assign(object, { status: readyAt("2026-01-01T10:01:20.000Z") }),
      );
  });

  expect([verdict.kind, at]).toEqual(["recovered", "2026-01-01T10:03:20.000Z"]);
});

test("a container that keeps crashing after moments of readiness is not recovered, and it is decided in time", async () => {
  const { toTheEnd, kubernetes, clock } = setUp(well());

  const { verdict, at, incident } = await toTheEnd(() => {
    const now = clock.now().toISOString();
    kubernetes.change("Pod/shop/web-r1-a", (object) => Object.assign(object, { status: readyAt(now) }));
  });

  expect(verdict.kind).toBe("unchanged");
  expect(failing(incident)).toEqual(["steady"]);
  expect(Date.parse(at)).toBeLessThanOrEqual(Date.parse("2026-01-01T10:06:30.000Z"));
  expect(incident.escalation).toContain("kubectl undo it");
});

test("a slow rollout gets its time", async () => {
  const { toTheEnd, kubernetes } = setUp(well());
  kubernetes.change(web, (object) => Object.assign(object, { status: { ...sick, updatedReplicas: 1, replicas: 3 } }));

  const { verdict } = await toTheEnd((n) => {
    if (n === 6) kubernetes.change(web, (object) => Object.assign(object, { status: healthy }));
  });

  expect(verdict.kind).toBe("recovered");
});

type Change = (kubernetes: ReturnType<typeof fakeKubernetes>) => void;
const specOf = (object: KubeObject): Workload["spec"] => (object as Workload).spec;
const edited =
  (edit: (object: KubeObject) => void): Change =>
  ({ change }) =>
    change(web, edit);

test.each<[string, string, string, Change]>([
  [
    "scaled to zero",
    "replicas at baseline",
    "worse",
    edited((object) => {
      specOf(object).replicas = 0;
      object.status = { observedGeneration: 9 };
    }),
  ],
  ["deleted", "workload there", "worse", ({ remove }) => remove(web)],
  [
    "stripped of its probe",
    "probes kept",
    "unchanged",
    edited((object) => {
      specOf(object).template.spec.containers = [{ name: "web", image: "web:1" }];
      object.status = { ...healthy, observedGeneration: 9 };
    }),
  ],
  [
    "left with a probe that asks less",
    "probes kept",
    "unchanged",
    edited((object) => {
      specOf(object).template.spec = podSpec("web:1", { readinessProbe: { exec: { command: ["true"] } } });
      object.status = { ...healthy, observedGeneration: 9 };
    }),
  ],
  [
    "filled up with a pod of somebody else that was given its labels",
    "pods its own",
    "unchanged",
    ({ change }) =>
      change("Pod/shop/web-r1-b", ({ metadata }) => Object.assign(metadata, { name: "batch-7d9f-x2x4q" })),
  ],
  [
    "served by a foreign pod",
    "endpoints ready",
    "unchanged",
    ({ change }) =>
      change("EndpointSlice/shop/front-1", (object) =>
        Object.assign(object, { endpoints: sliceOf("foreign").endpoints }),
      ),
  ],
  [
    "left without endpoints",
    "endpoints ready",
    "unchanged",
    ({ change }) => change("EndpointSlice/shop/front-1", (object) => Object.assign(object, { endpoints: [] })),
  ],
  [
    "past its progress deadline",
    "rollout not stopped",
    "unchanged",
    edited((object) => {
      object.status = {
        ...healthy,
        conditions: [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }],
      };
    }),
  ],
  [
    "without any ready pod",
    "replicas ready",
    "worse",
    edited((object) => {
      object.status = { ...healthy, readyReplicas: 0, availableReplicas: 0 };
    }),
  ],
])("a workload that is %s has not recovered", async (_, check, kind, happens) => {
  const { kubernetes, toTheEnd } = setUp(well());
  happens(kubernetes);

  const { incident, verdict } = await toTheEnd();

  expect(failing(incident)).toContain(check);
  expect(verdict.kind).toBe(kind);
  expect(incident.escalation).toContain("kubectl undo it");
});

test("a pod that starts anew at the last look is waited for, and a good change stays", async () => {
  const { kubernetes, toTheEnd } = setUp(well());
  const starting = (waiting: object | undefined): Change =>
    edited((object) => {
      object.status = { ...healthy, ...(waiting ? { readyReplicas: 1, availableReplicas: 1 } : {}) };
    });
  const container = (waiting: { reason: string } | undefined): Change => {
    return ({ change }) =>
      change("Pod/shop/web-r1-b", (pod) => {
        const [status] = (pod.status as { containerStatuses: { state?: object }[] }).containerStatuses;
        if (status) status.state = waiting ? { waiting } : { running: { startedAt: "2026-01-01T10:00:10.000Z" } };
      });
  };

  const { verdict } = await toTheEnd((n) => {
    const waiting = n >= 3 && n < 6 ? { reason: "ContainerCreating" } : undefined;
    starting(waiting)(kubernetes);
    container(waiting)(kubernetes);
  });

  expect(verdict.kind).toBe("recovered");
  expect(kubernetes.writes).toEqual([]);
});

/** What was gathered last before the change: the workload with these labels, and the Service that selects by them. */
const gathered = (labels: Record<string, string>): Evidence[] => {
  const askedAt = "2026-01-01T09:59:30Z";
  const workload = deployment(spec, sick);
  workload.spec.template.metadata = { labels };
  const question = { ask: "list", kind: "Service", namespace: "shop", selector: null } as const;
  return [
    found(askedAt, workload),
    { ...found(askedAt, { ...service, spec: { selector: labels } }), question, id: "services" },
  ];
};
const pointAt = (labels: Record<string, string>): Change => {
  return ({ change }) =>
    change("Service/shop/front", (object) => Object.assign(object, { spec: { selector: labels } }));
};

test("a workload that its Service selected only by the labels of the bad revision has not recovered by an undo", async () => {
  const bad = { app: "web", version: "v2" };
  const { kubernetes, toTheEnd } = setUp(well(), { earlier: gathered(bad) });
  pointAt(bad)(kubernetes);

  const { incident, verdict } = await toTheEnd();

  expect(verdict.kind).toBe("unchanged");
  expect(failing(incident)).toEqual(["endpoints ready"]);
  expect(incident.escalation).toContain("no longer selected by front");
  expect(incident.escalation).toContain("did not help");
});

test.each<[string, Change]>([
  ["pointed elsewhere", pointAt({ app: "other" })],
  ["deleted", ({ remove }) => remove("Service/shop/front")],
])("a Service that is %s during the watch leaves it to a person, and nothing is taken back", async (_, happens) => {
  const { kubernetes, toTheEnd } = setUp(well(), { earlier: gathered({ app: "web" }) });

  const { incident, verdict } = await toTheEnd((n) => {
    if (n === 2) happens(kubernetes);
  });

  expect(verdict.kind).toBe("unchanged");
  expect(failing(incident)).toEqual(["endpoints ready"]);
  expect(incident.escalation).toContain("helped is not known (endpoints ready: no longer selected by front");
  expect(kubernetes.writes).toEqual([]);
});

test("control: a Service that still selects it, as before, and one that was not read before hinder nothing", async () => {
  const kept = setUp(well(), { earlier: gathered({ app: "web" }) });
  const unread = setUp(well());
  unread.kubernetes.remove("Service/shop/front");

  expect((await kept.toTheEnd()).verdict.kind).toBe("recovered");
  expect((await unread.toTheEnd()).verdict.kind).toBe("recovered");
});

test("of two actions of one verb, the one that was made is the one that is spoken of", async () => {
  const other: Action = { ...raise, undo: { command: "kubectl undo the other", exact: true } };
  const { kubernetes, toTheEnd } = setUp(well(), { actions: [raise, other] });
  kubernetes.remove(web);

  const { incident } = await toTheEnd();

  expect(incident.escalation).toContain("kubectl undo it");
  expect(incident.escalation).not.toContain("the other");
});

test("an undo is measured by the probes of the revision it put back", async () => {
  const without = podSpec("web:0");
  const action: Action = { ...undo, params: { toRevision: 1, replicaSet: "web-r1", templateHash: "h" } };
  const recovered = await setUp(well(undefined, without), { action, kept: without }).toTheEnd();
  const stripped = await setUp(well(undefined, without), { action, kept: spec }).toTheEnd();

  expect(recovered.verdict.kind).toBe("recovered");
  expect(failing(stripped.incident)).toEqual(["probes kept"]);
});

test("a cluster that cannot be asked proves nothing", async () => {
  const { kubernetes, toTheEnd } = setUp(well());
  kubernetes.cluster.get = async () => {
    throw new PortError("cluster", "unreachable", "no answer");
  };

  const { incident, verdict } = await toTheEnd();

  expect(verdict.kind).toBe("unchanged");
  expect(failing(incident)).toContain("workload read");
});

test.each([
  ["the cluster is out of reach", null],
  ["the pods may not be read", "Pod"],
  ["the services may not be read", "Service"],
])("when %s for the whole watch, nothing is taken back and a person is told", async (_, kind) => {
  const { kubernetes, toTheEnd } = setUp(well());
  const { cluster, writes } = kubernetes;
  const { get, list } = cluster;
  const answers = (of: string): void => {
    if (kind === null || kind === of) throw new PortError("cluster", "forbidden", "no answer");
  };
  cluster.get = async (of, ...rest) => {
    answers(of);
    return get(of, ...rest);
  };
  cluster.list = async (query) => {
    answers(query.kind);
    return list(query);
  };

  const { at, incident, verdict, looks } = await toTheEnd();

  expect(verdict.kind).toBe("unchanged");
  expect(incident.escalation).toContain("helped is not known");
  expect(incident.escalation).toContain("kubectl undo it");
  expect([at, incident.outcomes.length, writes.length]).toEqual(["2026-01-01T10:06:30.000Z", 1, 0]);
  expect(looks).toBeGreaterThan(4);
});

const broken: Incident["alerts"][number] = {
  source: "alertmanager",
  fingerprint: "f",
  status: "firing",
  name: "Broken",
  severity: "critical",
  summary: "",
  labels: { alertname: "Broken", namespace: "shop", pod: "web-r1-a" },
  annotations: {},
  startsAt: "2026-01-01T09:50:00.000Z",
  endsAt: null,
  url: null,
  pagerdutyIncident: null,
};

test.each<[string, Partial<typeof broken>, boolean]>([
  ["there is no Prometheus", {}, false],
  ["the alert is Grafana's", { source: "grafana" }, true],
  ["the alert is a title of PagerDuty", { source: "pagerduty", labels: {} }, true],
])("silence that cannot be proven, because %s, takes nothing back", async (_, alert, withMetrics) => {
  const { toTheEnd, kubernetes } = setUp(well(), { alertSilent: true, alerts: [{ ...broken, ...alert }], withMetrics });

  const { at, incident } = await toTheEnd();

  expect(failing(incident)).toEqual(["alert silent"]);
  expect(incident.escalation).toContain("helped is not known (alert silent");
  expect(incident.escalation).toContain("it was not undone");
  expect([at, incident.outcomes.length, kubernetes.writes.length]).toEqual(["2026-01-01T10:06:30.000Z", 1, 0]);
});

test("control: the silence of an alert of Prometheus is proven by Prometheus", async () => {
  const relayed = { ...broken, source: "pagerduty" as const, name: "[FIRING:1] Broken" };
  const { toTheEnd } = setUp(well(), { alertSilent: true, alerts: [broken, relayed] });

  expect((await toTheEnd()).verdict.kind).toBe("recovered");
});

test.each([
  [true, "unchanged"],
  [false, "recovered"],
])("an alert that still fires decides when policy asks for silence (%s)", async (alertSilent, kind) => {
  const { toTheEnd, firing } = setUp(well(), { alertSilent, alerts: [broken] });
  firing.push({ labels: { alertname: "Broken", namespace: "shop", pod: "web-r1-a" }, points: [[1, 1]] });

  const { verdict } = await toTheEnd();

  expect(verdict.kind).toBe(kind);
  expect(verdict.checks.find(({ name }) => name === "alert silent")).toMatchObject({
    ok: false,
    required: alertSilent,
  });
});

const at = (expression: string): string => `http://prometheus/graph?g0.expr=${encodeURIComponent(expression)}&g0.tab=1`;
const firesNow: Series = { labels: { alertname: "Broken", namespace: "shop", pod: "web-r1-a" }, points: [[1, 1]] };

test.each([
  ["looks at this moment only", "probe_success == 0", "unchanged"],
  ["looks back for two minutes", "rate(errors_total[2m]) > 0.1", "unchanged"],
  ["looks back for ten minutes", 'increase(restarts{a="x[1s]"}[10m]) > 0', "recovered"],
  ["looks back by an offset", "up offset 1h < 1", "recovered"],
])("an alert that fires on although its rule %s (%s) ends as %s", async (_, expression, kind) => {
  const { toTheEnd, firing, kubernetes } = setUp(well(), { alerts: [{ ...broken, url: at(expression) }] });
  firing.push(firesNow);

  const { verdict, incident } = await toTheEnd();

  expect(verdict.kind).toBe(kind);
  expect(failing(incident)).toEqual(kind === "recovered" ? [] : ["alert silent"]);
  // The pods are well, so nothing says that the change was wrong: a person decides.
  expect(kubernetes.writes).toEqual([]);
  expect(incident.escalation ?? "").toMatch(kind === "recovered" ? /^$/ : /helped is not known/);
});

test("control: an alert that goes quiet in time is silence", async () => {
  const { toTheEnd, firing } = setUp(well(), { alerts: [{ ...broken, url: at("probe_success == 0") }] });
  firing.push(firesNow);

  const { verdict } = await toTheEnd((n) => {
    if (n === 3) firing.length = 0;
  });

  expect(verdict.kind).toBe("recovered");
});

test.each([
  [3, "recovered"],
  [1, "unchanged"],
  [0, "worse"],
])("a workload that was to get three replicas and has %s wanted ends as %s", async (replicas, kind) => {
  const action: Action = { verb: "scale-workload", params: { from: 0, to: 3 }, ...common };
  const { kubernetes, toTheEnd } = setUp(well(), { action });
  kubernetes.change(web, (object) => {
    specOf(object).replicas = replicas;
    const all = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
    object.status = { observedGeneration: 9, ...all };
  });

  const { verdict, incident } = await toTheEnd();

  expect(verdict.kind).toBe(kind);
  expect(failing(incident).includes("replicas at baseline")).toBe(replicas < 3);
});

test.each([
  [0.1, "recovered"],
  [0.8, "unchanged"],
  [null, "unchanged"],
])("more CPU has helped only where the throttling is gone (share %s: %s)", async (share, kind) => {
  const action: Action = { verb: "raise-cpu-limit", params: { container: "web", from: "50m", to: "100m" }, ...common };
  const { toTheEnd, firing } = setUp(well(), { action });
  if (share !== null) firing.push({ labels: {}, points: [[1, share]] });

  const { verdict, incident } = await toTheEnd();

  expect(verdict.kind).toBe(kind);
  expect(failing(incident)).toEqual(kind === "recovered" ? [] : ["throttling gone"]);
  if (share === null) expect(incident.escalation).toContain("helped is not known");
});
