import { createHash } from "node:crypto";
import { readStory, type Story } from "../../src/demo/recorded-cluster/story.ts";
import type { World } from "../../src/demo/recorded-cluster/world.ts";

/** One namespace with the same sickness, and the alert that will tell of it. */
export interface House {
  namespace: string;
  world: World;
  firing: object;
}

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

const renamed = (world: World, namespace: string): World => {
  // Objects of no namespace are shared by all and stay as they are.
  const own = world.objects.filter(({ metadata }) => metadata.namespace === world.namespace);
  const shared = world.objects.filter(({ kind }) => kind === "Node");
  const text = JSON.stringify(own)
    .replaceAll(`"namespace":"${world.namespace}"`, `"namespace":"${namespace}"`)
    .replaceAll(uid, (found) => {
      const hash = createHash("sha256").update(`${namespace}${found}`).digest("hex");
      return `${found.slice(0, 24)}${hash.slice(0, 12)}`;
    });
  const logs = [...world.logs].map(([key, log]) => [key.replace(`${world.namespace}/`, `${namespace}/`), log] as const);
  return { ...world, namespace, objects: [...shared, ...JSON.parse(text)], logs: new Map(logs) };
};

const firing = ({ alerts: [first] }: Story, namespace: string): object => ({
  status: "firing",
  labels: { ...first?.labels, namespace },
  annotations: first?.annotations ?? {},
  startsAt: first?.startsAt ?? new Date().toISOString(),
  fingerprint: createHash("sha256").update(namespace).digest("hex").slice(0, 16),
});

/** The bad rollout of the demo, in as many namespaces as wanted. */
export const buildTown = (size: number): House[] => {
  const story = readStory("bad-rollout", new Date());
  return Array.from({ length: size }, (_, number) => {
    const namespace = `shop-${number}`;
    return { namespace, world: renamed(story.world, namespace), firing: firing(story, namespace) };
  });
};
