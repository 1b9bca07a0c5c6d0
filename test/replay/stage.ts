import { onTestFinished } from "vitest";
import { kubernetesActuator } from "../../src/adapters/kubernetes-actuator.ts";
import { kubernetesClient } from "../../src/adapters/kubernetes-client.ts";
import { kubernetesCluster } from "../../src/adapters/kubernetes-cluster.ts";
import { readStory, type StoryName } from "../../src/demo/recorded-cluster/story.ts";
import type { World } from "../../src/demo/recorded-cluster/world.ts";
import { Checkpointer } from "../../src/graph/checkpointer.ts";
import type { Settings } from "../../src/graph/graph.ts";
import type { Alert } from "../../src/incident/alert.ts";
import type { Policy } from "../../src/incident/policy.ts";
import type { Visit } from "../../src/incident/tape.ts";
import { openLibrary } from "../../src/library.ts";
import { defaultBudget } from "../../src/nodes/budget.ts";
import type { Logs } from "../../src/ports/logs.ts";
import type { Model } from "../../src/ports/model.ts";
import { redactedCluster, redactor } from "../../src/ports/redacted.ts";
import type { Sources } from "../../src/ports/sources.ts";
import { makeRecorder, type RecorderDeps } from "../../src/replay/record.ts";
import { type AdvanceDeps, advance } from "../../src/responder/advance.ts";
import { makeResponder } from "../../src/responder/make-responder.ts";
import type { Responder } from "../../src/responder/responder.ts";
import { keepVisit } from "../../src/store/tapes.ts";
import { subjectFinder } from "../../src/subjects.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { shippedLexicon } from "../support/lexicon.ts";
import { testQueue } from "../support/queue.ts";
import { playStories, recordedNow } from "../support/recorded-cluster.ts";
import { policyIn } from "../support/workloads.ts";
import { writeKubeconfig } from "./kubeconfig.ts";

export interface Night {
  id: string;
  db: TestDatabase;
  cluster: Awaited<ReturnType<typeof playStories>>;
  responder: Responder;
  deps: AdvanceDeps;
}

export interface NightOptions {
  answer?: "approve" | "reject";
  policy?: Policy;
  change?: (world: World) => World;
  model?: Model;
  logs?: Logs;
  sources?: Sources;
  /** Instead of taking secrets out before anything gets onto the tape. */
  redactTape?: <T>(value: T) => T;
  /** Called after the tape of a node is kept and before its checkpoint is; may throw, as a crash would. */
  beforeCheckpoint?: (visit: Visit) => void;
  /** Between asking for a decision and answering. */
  whilePaused?: (night: Night) => Promise<void>;
}

const person = { name: "ana", role: "approver" as const, via: "api" };

const alertsOf = (name: StoryName): Alert[] =>
  readStory(name, recordedNow).alerts.map(({ labels, annotations, startsAt, fingerprint }) => ({
    source: "alertmanager",
    fingerprint,
    status: "firing",
    name: labels.alertname ?? "",
    severity: labels.severity ?? "warning",
    summary: annotations.summary ?? "",
    labels,
    annotations,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: null,
    url: null,
    pagerdutyIncident: null,
  }));

const over = ["resolved", "escalated", "dismissed"];

/** Walks one story to its end with everything real but the time: the recorded cluster over HTTP, Postgres, the recorder. */
export const walkNight = async (name: StoryName, options: NightOptions = {}): Promise<Night> => {
  const db = await freshDatabase();
  onTestFinished(() => db[Symbol.asyncDispose]());
  const cluster = await playStories([name], options.change);
  let closed = false;
  const close = async () => {
    if (!closed) await cluster.close();
    closed = true;
  };
  onTestFinished(close);
  const client = kubernetesClient({ kubeconfig: writeKubeconfig(cluster), context: null });
  onTestFinished(() => client.close());
  const exact = kubernetesCluster(client, "demo");
  const secrets = redactor("the key of a test");
  const { shelf } = await openLibrary(undefined, () => undefined);
  const world = {
    cluster: redactedCluster(exact, secrets),
    exact,
    actuator: kubernetesActuator(client),
    metrics: null,
    logs: options.logs ?? null,
    model: options.model ?? null,
    sources: options.sources ?? null,
    bookshelf: shelf,
    clock: cluster.clock,
  };
  const settings: Settings = {
    policy: options.policy ?? policyIn("approve"),
    budget: defaultBudget,
    approvalMinutes: 60,
    settleSeconds: 5,
    watchSeconds: 10,
    redact: (value) => secrets.value(value),
    link: (id) => `http://nightshift.test/${id}`,
  };
  const store = { pool: db.pool, queue: await testQueue(db.url) };
  const keep: RecorderDeps["keep"] = async (at, visit) => {
    await keepVisit(db.pool)(at, visit);
    options.beforeCheckpoint?.(visit);
  };
  const recorder = makeRecorder({ settings, redact: options.redactTape ?? settings.redact, keep });
  const checkpointer = new Checkpointer(db.pool, { fenced: true, beforeWrites: recorder.flush });
  const deps: AdvanceDeps = { store, world, settings, checkpointer, wrap: recorder.wrap, log: () => undefined };
  const responder = makeResponder({
    lexicon: async () => shippedLexicon,
    store,
    world,
    incidentMinutes: 15,
    subjectOf: subjectFinder(world.cluster),
    redact: (alert) => secrets.value(alert),
    link: settings.link,
  });
  const [id = ""] = await responder.receive({ id: null, alerts: alertsOf(name) });
  const night: Night = { id, db, cluster: { ...cluster, close }, responder, deps };
  for (let turn = 0; turn < 100; turn++) {
    await advance(deps)(id, new AbortController().signal);
    const incident = await responder.show(id);
    if (incident === null || over.includes(incident.status)) return night;
    if (incident.status === "awaiting-approval" && incident.plan?.kind === "actions") {
      await options.whilePaused?.(night);
      const input = { decision: options.answer ?? ("approve" as const), planHash: incident.plan.hash, reason: null };
      await responder.decide(id, input, person);
    } else cluster.clock.advance(2_000);
  }
  throw new Error(`${name} did not end: ${JSON.stringify(await responder.show(id)).slice(0, 500)}`);
};
