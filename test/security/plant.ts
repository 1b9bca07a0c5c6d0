import type { Story } from "../../src/demo/recorded-cluster/story.ts";
import { logKey } from "../../src/demo/recorded-cluster/world.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import type { Canary } from "./secrets.ts";

export const channels = ["log", "event", "annotation", "label", "env", "args", "alert", "former-template"] as const;
export type Channel = (typeof channels)[number];

/** Harmless, beside each planted text: where this is found, the text was read. */
export const markOf = (channel: Channel): string => `mark-${channel}`;

interface Container {
  name: string;
  env?: object[];
  args?: string[];
}
interface Template {
  spec: { containers: Container[] };
}

const textOf = (channel: Channel, { texts }: Canary, n: number): string =>
  `${markOf(channel)} ${texts[n % texts.length] ?? ""}`;

const annotated = (object: KubeObject, canaries: readonly Canary[]): void => {
  const more = canaries.map((canary, n) => [`example.com/note-${n}`, textOf("annotation", canary, n)]);
  object.metadata.annotations = { ...object.metadata.annotations, ...Object.fromEntries(more) };
};

const labelled = (object: KubeObject, canaries: readonly Canary[]): void => {
  const fit = canaries.filter(({ env }) => /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/.test(env.value));
  const more = fit.map(({ env }, n) => [`example.com/${env.name.toLowerCase()}-${n}`, env.value]);
  object.metadata.labels = {
    ...object.metadata.labels,
    "example.com/mark": markOf("label"),
    ...Object.fromEntries(more),
  };
};

const variable =
  (channel: "env" | "former-template") =>
  ({ env }: Canary, n: number) => ({
    name: `${env.name}_${n}`,
    value: env.value,
    ...(n === 0 ? { note: markOf(channel) } : {}),
  });

const inTemplate = ({ spec: { containers } }: Template, canaries: readonly Canary[], former: boolean): void => {
  for (const container of containers) {
    const env = canaries.map(variable(former ? "former-template" : "env"));
    const mark = { name: "MARK", value: markOf(former ? "former-template" : "env") };
    container.env = [...(container.env ?? []), mark, ...env.map(({ name, value }) => ({ name, value }))];
    if (!former) container.args = [...(container.args ?? []), markOf("args"), ...canaries.flatMap(({ args }) => args)];
  }
};

const withSpec = (object: KubeObject): { template?: Template } & Template["spec"] => object.spec as never;

const eventsFrom = (model: KubeObject, canaries: readonly Canary[]): KubeObject[] =>
  canaries.map((canary, n) => ({
    ...structuredClone(model),
    metadata: { ...model.metadata, name: `${model.metadata.name}-${n}`, uid: `${model.metadata.uid}-${n}` },
    message: textOf("event", canary, n),
  }));

const alertsWith = (alerts: Story["alerts"], canaries: readonly Canary[]): Story["alerts"] =>
  alerts.map((alert, at) => {
    const share = canaries.filter((_, n) => n % alerts.length === at);
    const texts = share.map((canary, n) => [`note_${n}`, textOf("alert", canary, n)]);
    const labels = share
      .filter(({ env }) => env.value.length < 200)
      .map(({ env }, n) => [`${env.name}_${n}`, env.value]);
    return {
      ...alert,
      labels: { ...alert.labels, ...Object.fromEntries(labels.slice(0, 60)) },
      annotations: { ...alert.annotations, ...Object.fromEntries(texts) },
    };
  });

/** The story with every canary in every place that text from outside comes from. */
export const planted = (story: Story, canaries: readonly Canary[], newest: string): Story => {
  const objects = structuredClone(story.world.objects);
  for (const object of objects) {
    if (!["Deployment", "ReplicaSet", "Pod"].includes(object.kind)) continue;
    annotated(object, canaries);
    if (object.kind === "Pod") labelled(object, canaries);
    const former = object.kind !== "Deployment" && !object.metadata.name.includes(newest);
    const spec = withSpec(object);
    inTemplate(spec.template ?? { spec }, canaries, former);
  }
  const model = objects.findLast(({ kind, metadata }) => kind === "Event" && metadata.name.includes(newest));
  if (model === undefined) throw new Error(`${story.name} has no event of ${newest}`);
  const log = canaries.flatMap((canary) =>
    canary.texts.map(
      (text) =>
        `2026-11-22T14:54:00.000000000Z ${markOf("log")} ${text.replaceAll("\n", "\n2026-11-22T14:54:00.000000000Z ")}`,
    ),
  );
  const logs = new Map(story.world.logs);
  for (const { kind, metadata } of objects.filter(({ kind }) => kind === "Pod")) {
    for (const previous of [true, false]) {
      for (const { name } of withSpec({
        kind,
        metadata,
        ...objects.find((one) => one.metadata.name === metadata.name && one.kind === kind),
      } as KubeObject).containers) {
        const key = logKey(story.world.namespace, metadata.name, name, previous);
        logs.set(key, `${logs.get(key) ?? ""}${log.join("\n")}\n`);
      }
    }
  }
  return {
    ...story,
    alerts: alertsWith(story.alerts, canaries),
    world: { ...story.world, objects: [...objects, ...eventsFrom(model, canaries)], logs },
  };
};
