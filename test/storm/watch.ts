import { onTestFinished } from "vitest";
import { kubernetesActuator } from "../../src/adapters/kubernetes-actuator.ts";
import { kubernetesClient } from "../../src/adapters/kubernetes-client.ts";
import { kubernetesCluster } from "../../src/adapters/kubernetes-cluster.ts";
import { startRecordedCluster } from "../../src/demo/recorded-cluster/start.ts";
import type { World } from "../../src/demo/recorded-cluster/world.ts";
import { Checkpointer } from "../../src/graph/checkpointer.ts";
import type { Settings } from "../../src/graph/graph.ts";
import { fromAlertmanager } from "../../src/intake/alertmanager.ts";
import { openLibrary } from "../../src/library.ts";
import { defaultBudget } from "../../src/nodes/budget.ts";
import { makeRecorder } from "../../src/replay/record.ts";
import { type AdvanceDeps, advance } from "../../src/responder/advance.ts";
import { makeResponder } from "../../src/responder/make-responder.ts";
import type { IncidentRow, IncidentView } from "../../src/responder/responder.ts";
import { keepVisit } from "../../src/store/tapes.ts";
import { subjectFinder } from "../../src/subjects.ts";
import { writeKubeconfig } from "../replay/kubeconfig.ts";
import { freshDatabase } from "../support/database.ts";
import { handClock } from "../support/hand-clock.ts";
import { testQueue } from "../support/queue.ts";
import { policyIn } from "../support/workloads.ts";
import type { Sent } from "./town.ts";

const settleSeconds = 30;

/** A night over a town, walked in this process turn by turn; the test moves the clock and decides who gets a turn. */
export const watch = async (worlds: World[]) => {
  const db = await freshDatabase();
  onTestFinished(() => db[Symbol.asyncDispose]());
  const clock = handClock(new Date("2026-11-22T15:00:00Z"));
  const cluster = await startRecordedCluster({ worlds, clock });
  onTestFinished(() => cluster.close());
  const client = kubernetesClient({ kubeconfig: writeKubeconfig(cluster), context: null });
  onTestFinished(() => client.close());
  const exact = kubernetesCluster(client, "town");
  const settings: Settings = {
    policy: policyIn("approve"),
    budget: defaultBudget,
    approvalMinutes: 60,
    settleSeconds,
    watchSeconds: 10,
    redact: (value) => value,
    link: (id) => `http://nightshift.test/${id}`,
  };
  const store = { pool: db.pool, queue: await testQueue(db.url) };
  const recorder = makeRecorder({ settings, redact: settings.redact, keep: keepVisit(db.pool) });
  const world = {
    cluster: exact,
    exact,
    actuator: kubernetesActuator(client),
    metrics: null,
    logs: null,
    model: null,
    bookshelf: (await openLibrary(undefined, () => undefined)).shelf,
    clock,
  };
  const deps: AdvanceDeps = {
    store,
    world,
    settings,
    checkpointer: new Checkpointer(db.pool, { fenced: true, beforeWrites: recorder.flush }),
    wrap: recorder.wrap,
    log: () => undefined,
  };
  const responder = makeResponder({
    store,
    world,
    incidentMinutes: 15,
    subjectOf: subjectFinder(exact),
    redact: (alert) => alert,
    link: settings.link,
  });

  const turn = (id: string): Promise<void> => advance(deps)(id, new AbortController().signal);
  const show = async (id: string): Promise<IncidentView> => {
    const found = await responder.show(id);
    if (found === null) throw new Error(`${id} is gone`);
    return found;
  };
  const list = async (): Promise<IncidentRow[]> =>
    (await responder.list({ status: null, subject: null, cursor: null })).items;
  return {
    db,
    clock,
    cluster,
    deps,
    responder,
    show,
    list,
    turn,
    send: (...alerts: Sent[]): Promise<string[]> =>
      responder.receive({ id: null, alerts: fromAlertmanager({ version: "4", alerts }) }),
    /** A turn for each open incident, oldest first, as often as it takes until nothing moves. */
    turns: async (): Promise<IncidentRow[]> => {
      let before = "";
      for (let round = 0; round < 20; round++) {
        const rows = await list();
        for (const { id, closedAt } of rows.toReversed()) if (closedAt === null) await turn(id);
        const after = JSON.stringify(await list());
        if (after === before) return list();
        before = after;
      }
      throw new Error("it never comes to rest");
    },
    named: async (name: string): Promise<IncidentView> => {
      const found = (await list()).find(({ subject }) => subject.name === name);
      return show(found?.id ?? `no incident of ${name}`);
    },
    pages: async (): Promise<{ incidentId: string; version: number; text: string }[]> =>
      (
        await db.pool.query(
          `select incident_id as "incidentId", version,
             coalesce((select string_agg(line, ' ') from jsonb_array_elements_text(body::jsonb -> 'besides') as line), '') || (body ->> 'text') as text
           from nightshift.notices where channel = 'page'`,
        )
      ).rows,
    lines: async (id: string): Promise<string[]> => ((await responder.timeline(id)) ?? []).map(({ text }) => text),
    replay: async (id: string) => {
      const person = { name: "ana", role: "approver" as const, via: "api" };
      const replayed = await responder.showReplay((await responder.replay(id, { mode: "faithful" }, person)) ?? "");
      if (replayed === null) throw new Error(`no replay of ${id}`);
      return replayed;
    },
  };
};

export type Watch = Awaited<ReturnType<typeof watch>>;
