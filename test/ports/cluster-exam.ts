import { expect, test } from "vitest";
import type { KubeObject } from "../../src/incident/kube.ts";
import type { Cluster } from "../../src/ports/cluster.ts";

export interface ClusterWorld {
  objects: KubeObject[];
  /** ConfigMaps there are in `shop`. */
  configMaps: string[];
  /** Log of pod `web-1`, container `web`; it never restarted. */
  log: string;
}

export const world: ClusterWorld = {
  objects: Array.from({ length: 600 }, (_, index) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `web-${index}`, namespace: "shop", creationTimestamp: "2026-01-02T03:04:05Z" },
    spec: { containers: [{ name: "web", somethingNewer: { than: "our types" } }] },
  })),
  configMaps: ["settings", "kube-root-ca.crt"],
  log: Array.from({ length: 40 }, (_, index) => `2026-01-02T03:04:05Z line ${index}\n`).join(""),
};

/** What every Cluster must do, whatever stands behind it. `makeSubject` opens one over `world`. */
export const clusterExam = (name: string, makeSubject: () => Promise<Cluster>): void => {
  const pods = { kind: "Pod", namespace: "shop", selector: null } as const;
  const log = { namespace: "shop", pod: "web-1", container: "web", lines: 100 };

  test(`${name} gives an object as it is, times as text and unknown fields kept`, async () => {
    const cluster = await makeSubject();

    expect(await cluster.get("Pod", "shop", "web-1")).toEqual(world.objects[1]);
  });

  test(`${name} says null for an object that is not there`, async () => {
    const cluster = await makeSubject();

    expect(await cluster.get("Pod", "shop", "nobody")).toBeNull();
  });

  test(`${name} lists over pages and says when all came`, async () => {
    const cluster = await makeSubject();

    const { objects, truncated } = await cluster.list({ ...pods, limit: 1000 });

    expect(objects).toEqual(world.objects);
    expect(truncated).toBe(false);
  });

  test(`${name} stops at the limit and says that there were more`, async () => {
    const cluster = await makeSubject();

    const { objects, truncated } = await cluster.list({ ...pods, limit: 300 });

    expect(objects.map(({ metadata }) => metadata.name)).toEqual(
      world.objects.slice(0, 300).map(({ metadata }) => metadata.name),
    );
    expect(truncated).toBe(true);
  });

  test(`${name} names ConfigMaps`, async () => {
    const cluster = await makeSubject();

    expect(await cluster.names("ConfigMap", "shop")).toEqual(world.configMaps);
  });

  test(`${name} reads a log whole when it fits`, async () => {
    const cluster = await makeSubject();

    expect(await cluster.logs({ ...log, previous: false })).toEqual({ text: world.log, truncated: false });
  });

  test(`${name} says null for the previous log of a container that never restarted`, async () => {
    const cluster = await makeSubject();

    expect(await cluster.logs({ ...log, previous: true })).toBeNull();
  });
};
