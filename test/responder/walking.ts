import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { kubernetesActuator } from "../../src/adapters/kubernetes-actuator.ts";
import { kubernetesClient } from "../../src/adapters/kubernetes-client.ts";
import { kubernetesCluster } from "../../src/adapters/kubernetes-cluster.ts";
import { readStory, type StoryName } from "../../src/demo/recorded-cluster/story.ts";
import { Checkpointer } from "../../src/graph/checkpointer.ts";
import type { Alert } from "../../src/incident/alert.ts";
import { terminalStatuses } from "../../src/incident/incident.ts";
import type { Plan } from "../../src/incident/plan.ts";
import { Policy } from "../../src/incident/policy.ts";
import { openLibrary } from "../../src/library.ts";
import { defaultBudget } from "../../src/nodes/budget.ts";
import { type AdvanceDeps, advance } from "../../src/responder/advance.ts";
import { decide } from "../../src/responder/decide.ts";
import { receive } from "../../src/responder/receive.ts";
import type { News } from "../../src/responder/turn-ports.ts";
import { readIncident, type StoredIncident } from "../../src/store/incidents.ts";
import { type JournalRow, read } from "../../src/store/journal.ts";
import { subjectFinder } from "../../src/subjects.ts";
import { freshDatabase } from "../support/database.ts";
import { testQueue } from "../support/queue.ts";
import { playStories, recordedNow } from "../support/recorded-cluster.ts";

const connect = (kubeconfig: object) => {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-test-"));
  writeFileSync(join(folder, "kubeconfig.json"), JSON.stringify(kubeconfig));
  const client = kubernetesClient({ kubeconfig: join(folder, "kubeconfig.json"), context: null });
  rmSync(folder, { recursive: true });
  onTestFinished(() => client.close());
  const cluster = kubernetesCluster(client, null);
  return { cluster, exact: cluster, actuator: kubernetesActuator(client) };
};

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
    startsAt,
    endsAt: null,
    url: null,
    pagerdutyIncident: null,
  }));

const ana = { name: "ana", role: "approver" as const, via: "api" as const };

/** One incident of a story, walked in this process turn by turn; the test moves the clock of it and of the cluster. */
export const walkStory = async (
  name: StoryName,
  changes: Partial<AdvanceDeps> = {},
  news?: Omit<News, "link">,
  change: (alert: Alert) => Alert = (alert) => alert,
) => {
  const db = await freshDatabase();
  const cluster = await playStories([name]);
  onTestFinished(() => cluster.close());
  const queue = await testQueue(db.url);
  const log: string[] = [];
  const deps: AdvanceDeps = {
    store: { pool: db.pool, queue, news: news && { ...news, link: (id) => `http://nightshift.test/${id}` } },
    world: {
      ...connect(cluster.kubeconfig),
      metrics: null,
      logs: null,
      model: null,
      bookshelf: (await openLibrary(undefined, () => undefined)).shelf,
      clock: cluster.clock,
    },
    settings: {
      policy: Policy.parse({ mode: "approve" }),
      budget: defaultBudget,
      approvalMinutes: 60,
      settleSeconds: 30,
      watchSeconds: 120,
      redact: (value) => value,
      link: (id) => `http://nightshift.test/${id}`,
    },
    checkpointer: new Checkpointer(db.pool, { fenced: true }),
    wrap: (ports) => ports,
    log: (line) => log.push(line),
    ...changes,
  };
  const take = receive({
    ...deps,
    incidentMinutes: 15,
    subjectOf: subjectFinder(deps.world.cluster),
    redact: (alert) => alert,
  });
  const deliver = (alerts: Alert[]) => take({ id: null, alerts });
  const [id = ""] = await deliver(alertsOf(name).map(change));
  const row = async (): Promise<StoredIncident> => {
    const found = await readIncident(db.pool, id);
    if (found === null) throw new Error(`${id} is gone`);
    return found;
  };
  const journal = (): Promise<JournalRow[]> => read(db.pool, id);
  /** One turn. */
  const turn = async (signal = new AbortController().signal): Promise<StoredIncident> => {
    await advance(deps)(id, signal);
    return row();
  };
  /** Turns until it waits for a person or is over; the clock goes on while it looks again. */
  const walk = async (): Promise<StoredIncident> => {
    for (let turns = 0; turns < 40; turns++) {
      const { status } = await turn();
      if (status === "awaiting-approval" || terminalStatuses.includes(status)) return row();
      cluster.clock.advance(15_000);
    }
    throw new Error(`${id} is still walking after 40 turns`);
  };
  const answer = async (decision: "approve" | "reject", plan?: Plan | null) => {
    const of = plan ?? (await row()).state?.plan;
    const planHash = of?.kind === "actions" ? of.hash : "";
    return decide(deps)(id, { decision, planHash, reason: null }, ana);
  };
  return {
    id,
    db,
    cluster,
    deps,
    log,
    row,
    journal,
    turn,
    walk,
    answer,
    deliver,
    alerts: () => alertsOf(name).map(change),
    /** Every alert of the incident resolves. */
    quiet: () => deliver(alertsOf(name).map((alert) => ({ ...change(alert), status: "resolved" }))),
    /** Nodes in the order they left their step on the record; looks that follow each other count once. */
    path: async (): Promise<string[]> =>
      (await journal())
        .filter(({ kind }) => kind === "step")
        .map(({ actor }) => actor)
        .filter((actor, at, all) => actor !== all[at - 1]),
    notices: async () =>
      (
        await db.pool.query<{ key: string; channel: string; version: number; body: { text: string; title: string } }>(
          "select key, channel, version, body from nightshift.notices order by key",
        )
      ).rows,
  };
};

export type Walking = Awaited<ReturnType<typeof walkStory>>;
