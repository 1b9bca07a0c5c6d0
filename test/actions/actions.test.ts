import { expect, test } from "vitest";
import { unifiedDiff } from "../../src/actions/diff.ts";
import { patched } from "../../src/actions/patched.ts";
import { revisionsOf } from "../../src/actions/revisions.ts";
import { undoRollout } from "../../src/actions/undo-rollout.ts";
import type { Change } from "../../src/actions/verb.ts";
import { objectVersion } from "../../src/actions/version.ts";
import type { KubeObject, Workload } from "../../src/incident/kube.ts";
import { announcedInLog } from "../../src/incident/memory-need.ts";
import { parseQuantity, quantityWithin } from "../../src/incident/quantity.ts";
import { cause, deployment, pod, podSpec, policyIn, replicaSet } from "../support/workloads.ts";

const live = deployment(podSpec("web:2"), { readyReplicas: 1 });

test("the version of an object does not move with its status, its lock, its revision number or our mark", () => {
  const later = structuredClone(live);
  later.status = { readyReplicas: 0 };
  Object.assign(later.metadata, { resourceVersion: "99", managedFields: [{ manager: "x" }] });
  Object.assign(later.metadata.annotations ?? {}, {
    "deployment.kubernetes.io/revision": "3",
    "nightshift.dev/intent": "k",
  });

  expect(objectVersion(later)).toBe(objectVersion(live));
});

test.each<[string, (object: Workload) => void]>([
  ["its spec", ({ spec }) => Object.assign(spec, { replicas: 9 })],
  ["a label", ({ metadata }) => Object.assign(metadata.labels ?? {}, { a: "b" })],
  ["an annotation", ({ metadata }) => Object.assign(metadata.annotations ?? {}, { a: "b" })],
  ["its identity", ({ metadata }) => Object.assign(metadata, { uid: "other" })],
  ["a change that was taken back", ({ metadata }) => Object.assign(metadata, { generation: 4 })],
])("the version of an object moves with %s", (_, edit) => {
  const other = structuredClone(live);
  edit(other);

  expect(objectVersion(other)).not.toBe(objectVersion(live));
});

test("a revision that was put back became the newest no earlier than what it replaced was made", () => {
  const at = (name: string, number: number, creationTimestamp: string): KubeObject => {
    const kept = replicaSet(number, podSpec(`web:${number}`), 0, creationTimestamp);
    return { ...kept, metadata: { ...kept.metadata, name } };
  };
  const bad = at("web-bad", 2, "2026-01-01T09:00:00Z");
  const putBack = at("web-good", 3, "2026-01-01T08:00:00Z");
  const oldest = at("web-old", 1, "2026-01-01T07:00:00Z");

  const revisions = revisionsOf(live, [bad, putBack, oldest], []);

  expect(revisions.map(({ name, createdAt }) => [name, createdAt])).toEqual([
    ["web-good", "2026-01-01T09:00:00Z"],
    ["web-bad", "2026-01-01T09:00:00Z"],
    ["web-old", "2026-01-01T07:00:00Z"],
  ]);
});

test("a diff shows only what changes, with three lines around it", () => {
  const before = deployment(podSpec("web:1"), {});
  const after = deployment(podSpec("web:2"), { readyReplicas: 1 }, { resourceVersion: "11" });

  const diff = unifiedDiff(before, deployment(podSpec("web:2"), { readyReplicas: 1 }));

  expect(diff.split("\n")).toEqual([
    "--- deployment/web (now)",
    "+++ deployment/web (after)",
    "@@ -20,5 +20,5 @@",
    "         app: web",
    "     spec:",
    "       containers:",
    "-        - image: web:1",
    "+        - image: web:2",
    "           name: web",
  ]);
  expect(unifiedDiff(before, before)).toBe("");
  expect(unifiedDiff(after, deployment(podSpec("web:2"), {}, { resourceVersion: "12" }))).toBe("");
});

test.each([
  ["warming 4000 keys\nwarmed 0 keys, cache size 0 MiB\nwarmed 56 keys, cache size 56 MiB", 4000],
  ["the page cache wants at least 3 GiB", null],
  ["loaded 3 modules\nlistening", null],
  ["heap is 40 MiB", null],
  ["lease: 3600 s\n12 s elapsed, wrote 4 MB", null],
  ["lease: 3600 s\n12 s elapsed, heap 4 MB", null],
  ["importing 2500000 rows from s3\nbatch: 500 rows uploaded, 2 MB sent", null],
  ["importing 2000 rows\n500 rows in memory, heap used 2 MB", 8],
])("the need is read from %j", (log, mebibytes) => {
  const need = announcedInLog(log.split("\n"));

  expect(need === null ? null : need.bytes / 2 ** 20).toBe(mebibytes);
});

test.each([
  ["64Mi", 64 * 2 ** 20],
  ["1Gi", 2 ** 30],
  ["1.5G", 1.5e9],
  ["1000", 1000],
  ["2P", 2e15],
  ["lots", null],
])("%s is read as %s bytes", (text, bytes) => {
  expect(parseQuantity(text)).toBe(bytes);
});

test("quantities are printed as people write them", () => {
  expect([quantityWithin(2 ** 30), quantityWithin(1536 * 2 ** 20), quantityWithin(1e9)]).toEqual([
    "1Gi",
    "1536Mi",
    "953Mi",
  ]);
});

const statefulSet = (): Workload => ({
  ...deployment(podSpec("db:2"), { currentRevision: "web-1", updateRevision: "web-2" }),
  kind: "StatefulSet",
});
const controllerRevision = (revision: number, image: string): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "ControllerRevision",
  metadata: {
    name: `web-${revision}`,
    namespace: "shop",
    ownerReferences: [{ apiVersion: "apps/v1", kind: "StatefulSet", name: "web", uid: "uid-web", controller: true }],
  },
  revision,
  data: { spec: { template: { $patch: "replace", metadata: { labels: { app: "web" } }, spec: podSpec(image) } } },
});

test("the history of a StatefulSet is read from its ControllerRevisions, without the patch directive", () => {
  const workload = statefulSet();
  const ready = pod("web-0", 1, { conditions: [{ type: "Ready", status: "True" }] });
  ready.metadata.labels = { "controller-revision-hash": "web-1" };

  const revisions = revisionsOf(
    workload,
    [controllerRevision(1, "db:1"), controllerRevision(2, "db:2")],
    [ready as never],
  );

  expect(revisions.map(({ number, ready: pods }) => [number, pods])).toEqual([
    [2, 0],
    [1, 1],
  ]);
  const [, former] = revisions;
  const params = { toRevision: 1, replicaSet: "web-1", templateHash: former?.templateHash ?? "" };
  expect(undoRollout.change(workload, params, controllerRevision(1, "db:1"), [])).toEqual({
    kind: "patch",
    patch: [
      { op: "replace", path: "/spec/template", value: { metadata: { labels: { app: "web" } }, spec: podSpec("db:1") } },
    ],
  });
});

/** Rolled back and, by the inverse, forth again, with these history texts. */
const thereAndBack = (liveText: string | null, badText: string | null, goodText: string | null) => {
  const textOf = (text: string | null) => (text === null ? {} : { "kubernetes.io/change-cause": text });
  const [good, bad] = [
    replicaSet(1, podSpec("web:1"), 2, "2026-01-01T09:00:00Z"),
    replicaSet(2, podSpec("web:2"), 0, "2026-01-01T09:30:00Z"),
  ];
  Object.assign(good.metadata.annotations ?? {}, textOf(goodText));
  Object.assign(bad.metadata.annotations ?? {}, textOf(badText));
  const before = deployment(podSpec("web:2"), {});
  before.metadata.annotations = { "deployment.kubernetes.io/revision": "2", ...textOf(liveText) };
  const revisions = revisionsOf(before, [good, bad], []);
  const fit = undoRollout.fit({
    alerts: [],
    cause: cause("image-not-found"),
    policy: policyIn("approve"),
    evidence: [],
    live: before,
    revisions,
    near: [],
    now: "2026-01-01T10:00:00Z",
  });
  if (fit.kind !== "fits") throw new Error(fit.why);
  const apply = (object: Workload, change: Change): Workload => {
    if (change.kind !== "patch") throw new Error(JSON.stringify(change));
    return patched(object, change.patch) as Workload;
  };
  const after = apply(before, undoRollout.change(before, fit.draft.params, good, []));
  const inverse = undoRollout.inverse(fit.draft.params);
  if (inverse?.verb !== "undo-rollout") throw new Error("no way back");
  const back = apply(after, undoRollout.change(after, inverse.params, bad, []));
  return { before, after, back };
};

test.each<[string | null, string | null, string | null, string | undefined]>([
  [null, null, "release 1", "release 1"],
  ["release 2", "release 2", null, undefined],
  ["release 2", "release 2", "release 1", "release 1"],
  ["written since", "release 2", "release 1", "written since"],
])("the way back of an undo puts the history text back too (%s, %s, %s)", (liveText, badText, goodText, told) => {
  const { before, after, back } = thereAndBack(liveText, badText, goodText);

  expect(after.metadata.annotations?.["kubernetes.io/change-cause"]).toBe(told);
  expect(back.metadata.annotations).toEqual(before.metadata.annotations);
});

test("an undo takes the history text with the template, leaves all other annotations, and drops the pod hash", () => {
  const kept = replicaSet(1, podSpec("web:1"), 2, "2026-01-01T09:00:00Z");
  Object.assign(kept.metadata.annotations ?? {}, { "kubernetes.io/change-cause": "release 1", stray: "x" });
  const [revision] = revisionsOf(live, [kept], []);

  const params = { toRevision: 1, replicaSet: "web-r1", templateHash: revision?.templateHash ?? "" };
  const change = undoRollout.change(live, params, kept, []);

  expect(change).toEqual({
    kind: "patch",
    patch: [
      {
        op: "replace",
        path: "/spec/template",
        value: { metadata: { labels: { app: "web" } }, spec: podSpec("web:1") },
      },
      { op: "add", path: "/metadata/annotations/kubernetes.io~1change-cause", value: "release 1" },
    ],
  });
});
