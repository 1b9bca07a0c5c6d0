import { expect, test } from "vitest";
import { isMadeByOwner } from "../../src/actions/seen.ts";
import type { Pod } from "../../src/incident/kube.ts";
import { deployment, pod, podSpec } from "../support/workloads.ts";

const web = deployment(podSpec("web:1"), {});
const own = pod("web-r1-x7k2p", 1, {}) as Pod;
const but = (metadata: object, spec: object = own.spec): Pod =>
  ({ ...own, metadata: { ...own.metadata, ...metadata }, spec }) as Pod;
const set = [{ apiVersion: "apps/v1", kind: "StatefulSet", name: "web", uid: "uid-web", controller: true }];
const ordinal = (name: string, labels: object) =>
  but({ name, generateName: undefined, ownerReferences: set, labels: { app: "web", ...labels } });

test.each<[string, Pod, boolean]>([
  ["a pod of its ReplicaSet", own, true],
  [
    "one with a container more, as of a mesh",
    but({}, { containers: [...own.spec.containers, { name: "proxy" }] }),
    true,
  ],
  ["an ordinal of its set", ordinal("web-0", { "statefulset.kubernetes.io/pod-name": "web-0" }), true],
  ["one that does not say how its name was made", but({ generateName: undefined }, podSpec("web:1")), true],
  [
    "a bare pod that only has a name of the same beginning",
    but({ name: "web-r1-extra", generateName: undefined }),
    false,
  ],
  ["a bare pod of such a name with another image", but({ generateName: undefined }, podSpec("pause:3")), false],
  ["one whose name was generated for somebody else", but({ generateName: "web-" }), false],
  ["one without a container of the template", but({}, { containers: [{ name: "idle" }] }), false],
  ["one without a controller", but({ ownerReferences: [] }), false],
  ["an ordinal that its set did not name", ordinal("web-0", {}), false],
  ["no ordinal at all", ordinal("web-extra", { "statefulset.kubernetes.io/pod-name": "web-extra" }), false],
])("%s: made by its controller %s", (_, one, made) => {
  expect(isMadeByOwner(web, one)).toBe(made);
});
