import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { templateHash } from "../../src/actions/revisions.ts";
import { objectVersion } from "../../src/actions/version.ts";
import type { KubeObject, Workload } from "../../src/incident/kube.ts";
import { redactor } from "../../src/ports/redacted.ts";
import { exportOf } from "../../src/replay/export.ts";
import { seal, unseal } from "../../src/replay/sealed.ts";
import { recordingOf } from "../../src/responder/recordings.ts";
import { read } from "../../src/store/journal.ts";
import { type Night, type NightOptions, walkNight } from "./stage.ts";

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

const walkPlanted = (options: NightOptions = {}) =>
  walkNight("bad-rollout", { ...options, change: (world) => ({ ...world, objects: planted(world.objects) }) });

test("a secret of a workload is written to the cluster, never to the database, and the replay is the same", async () => {
  const night = await walkPlanted();
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

test("the control: without taking secrets out, they would be on the tape and found there", async () => {
  const night = await walkPlanted({ redactTape: (value) => value });

  const text = await everything(night);

  expect(text).toContain(secret);
  expect(text).toContain(former);
});

test("an object without its secrets still has the version and the template hash that a plan binds to", () => {
  const object = plant(secret, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop", uid: "u" },
    spec: { template: { spec: { containers: [{ name: "web", image: "web:1" }] } } },
  }) as Workload;
  const { value: redact } = redactor("key");

  const sealed = JSON.parse(JSON.stringify(seal(object, redact)));
  const opened = unseal(sealed) as Workload;

  expect(JSON.stringify(sealed)).not.toContain(secret);
  expect(objectVersion(opened)).toBe(objectVersion(object));
  expect(templateHash(opened.spec.template)).toBe(templateHash(object.spec.template));
  // The control: the copy by itself has other hashes.
  expect(objectVersion(redact(object))).not.toBe(objectVersion(object));
  expect(templateHash(redact(object).spec.template)).not.toBe(templateHash(object.spec.template));
});
