import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { KubeObject, Workload } from "../../src/incident/kube.ts";
import { exportOf } from "../../src/replay/export.ts";
import { recordingOf } from "../../src/responder/recordings.ts";
import { read } from "../../src/store/journal.ts";
import { policyIn } from "../support/workloads.ts";
import { type Night, walkNight } from "./stage.ts";

const secret = "hunter2-correct-horse-7f3a";
const former = "former-battery-staple-91bc";
const ana = { name: "ana", role: "approver" as const, via: "api" };

const plant = (value: string, object: KubeObject): KubeObject => {
  const planted = structuredClone(object) as Workload;
  const container = planted.spec.template.spec.containers[0];
  if (container) container.env = [...(container.env ?? []), { name: "DB_PASSWORD", value }];
  return planted;
};

/** The workload as it is now holds one secret, the revision it goes back to another one. */
const planted = (objects: readonly KubeObject[]): KubeObject[] => {
  const newest = Math.max(...objects.filter(({ kind }) => kind === "Deployment").map((one) => Number(revision(one))));
  return objects.map((one) => {
    if (one.kind === "Deployment") return plant(secret, one);
    if (one.kind !== "ReplicaSet") return one;
    return plant(Number(revision(one)) === newest ? secret : former, one);
  });
};

const revision = ({ metadata }: KubeObject): string | undefined =>
  metadata.annotations?.["deployment.kubernetes.io/revision"];

/** Everything in the database as text, bodies unpacked. */
const everything = async ({ db }: Night): Promise<string> => {
  const { rows: tables } = await db.pool.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema in ('nightshift', 'pgboss') and table_type = 'BASE TABLE'`,
  );
  const texts = await Promise.all(
    tables.map(async ({ name }) => JSON.stringify((await db.pool.query(`select t::text as line from ${name} t`)).rows)),
  );
  const { rows } = await db.pool.query<{ packed: Buffer }>("select packed from nightshift.bodies");
  return [...texts, ...rows.map(({ packed }) => gunzipSync(packed).toString("utf8"))].join("\n");
};

test("a secret in the environment of a workload is written to the cluster, never to the database, and the replay is the same", async () => {
  const night = await walkNight("bad-rollout", {
    policy: policyIn("approve"),
    change: (world) => ({ ...world, objects: planted(world.objects) }),
  });
  await night.cluster.close();
  const written = JSON.stringify(night.cluster.writes());
  const recording = await recordingOf(night.db.pool, night.id);
  if (recording === null) throw new Error("no recording");

  const replayId = await night.responder.replay(night.id, { mode: "faithful" }, ana);

  // The control: the write holds the former revision's secret as it is, so the exact object was read.
  expect(written).toContain(former);
  expect(await night.responder.showReplay(replayId ?? "")).toMatchObject({ status: "done", identical: true });
  const text = await everything(night);
  expect(text).toContain("[redacted:");
  expect(text).not.toContain(secret);
  expect(text).not.toContain(former);
  const files = JSON.stringify(exportOf(recording, await read(night.db.pool, night.id)));
  expect(files).not.toContain(secret);
  expect(files).not.toContain(former);
});
