import { canonical } from "../incident/canonical.ts";
import type { KubeObject, Service, Workload } from "../incident/kube.ts";
import { lastApplied } from "./last-applied.ts";
import { labelsOf, readyEndpoints, readyWorkloads, selects, servedBy, servicesIn } from "./serving.ts";
import { kubectlName, moved, type Scene, unfit, type VerbSpec, workloadKinds } from "./verb.ts";

type Labels = Record<string, string>;
interface Former {
  selector: Labels;
  serves: Workload;
  by: string;
  inferred: boolean;
}

/** Points a Service that selects nothing back at the pods it is for. */
export const restoreServiceSelector: VerbSpec<"restore-service-selector", Service> = {
  verb: "restore-service-selector",
  classes: ["service-selector-unmatched"],
  targets: ["Service"],
  near: [...workloadKinds, "Service", "EndpointSlice"],
  grounds: [...workloadKinds, "Service", "EndpointSlice"],
  fit(scene) {
    const { live } = scene;
    const from = live.spec.selector ?? {};
    const served = servedAsIs(live, scene.near);
    if (served !== null) return unfit(served);
    const former = byManifest(scene) ?? byName(scene);
    if (former === null)
      return unfit("what it selected before is not on record, and no one workload is its obvious other half");
    const { selector: to, serves, by, inferred } = former;
    const set = (selector: Labels) =>
      `kubectl patch ${kubectlName(live)} --type=json -p '${JSON.stringify([{ op: "replace", path: "/spec/selector", value: selector }])}'`;
    return {
      kind: "fits",
      draft: {
        params: { from, to, serves: { kind: serves.kind, name: serves.metadata.name } },
        risk: inferred ? "medium" : "low",
        command: set(to),
        undo: { command: set(from), exact: true },
        effect: `Sends its traffic to the pods of ${serves.kind} ${serves.metadata.name} (${by}). No pod is restarted.`,
        pods: 0,
        ...(inferred ? { asks: "the former selector is not on record, it is inferred" } : {}),
      },
    };
  },
  source: () => null,
  change({ spec }, { from, to }) {
    if (canonical(spec.selector ?? {}) !== canonical(from)) return moved("its selector is no longer what it was");
    return { kind: "patch", patch: [{ op: "replace", path: "/spec/selector", value: to }] };
  },
  ended: ({ live, near, params: { to, serves } }) => servedAsIs(live, near) ?? elsewhere(near, to, serves),
  inverse: ({ from, to, serves }) => ({ verb: "restore-service-selector", params: { from: to, to: from, serves } }),
  watch: ({ target: { namespace }, params: { serves } }) => ({ ...serves, namespace }),
};

/** Why it needs no other selector. */
const servedAsIs = (live: Service, near: readonly KubeObject[]): string | null => {
  if (readyWorkloads(near).some((workload) => selects(live.spec.selector ?? {}, workload)))
    return "it selects ready pods as it is";
  return readyEndpoints(live, near) > 0 ? "it has ready endpoints as it is" : null;
};

/** Why the selector that was approved no longer leads where it was to lead. */
const elsewhere = (
  near: readonly KubeObject[],
  to: Labels,
  { kind, name }: Pick<Workload["metadata"], "name"> & { kind: string },
): string | null => {
  const serves = servedBy(to, near);
  return serves?.kind === kind && serves.metadata.name === name
    ? null
    : `what was approved no longer leads to ready pods of ${kind} ${name} alone`;
};

const byManifest = ({ live, near }: Scene<Service>): Former | null => {
  const selector = lastApplied(live)?.spec?.selector;
  if (!isLabels(selector)) return null;
  const serves = servedBy(selector, near);
  return serves ? { selector, serves, by: "as in the manifest it was last applied from", inferred: false } : null;
};

// Same keys, and the values of the one workload that bears its name and that no other Service leads to.
const byName = ({ live, near, cause }: Scene<Service>): Former | null => {
  const keys = Object.keys(live.spec.selector ?? {});
  const serves = readyWorkloads(near).find(
    ({ kind, metadata }) =>
      metadata.name === live.metadata.name &&
      cause.related.some((other) => other.kind === kind && other.name === metadata.name),
  );
  if (!serves || keys.length === 0 || keys.some((key) => labelsOf(serves)[key] === undefined)) return null;
  const selector = Object.fromEntries(keys.map((key) => [key, labelsOf(serves)[key] ?? ""]));
  const alone = servedBy(selector, near) !== null;
  const taken = servicesIn(near).some(({ spec }) => selects(spec.selector ?? {}, serves));
  return alone && !taken
    ? { selector, serves, by: "the one workload of its name, which no Service leads to", inferred: true }
    : null;
};

const isLabels = (value: unknown): value is Labels =>
  typeof value === "object" && value !== null && Object.values(value).every((one) => typeof one === "string");
