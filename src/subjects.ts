import type { Alert } from "./incident/alert.ts";
import { isKind } from "./incident/kinds.ts";
import type { KubeObject } from "./incident/kube.ts";
import type { Subject } from "./incident/subject.ts";
import { crowd } from "./intake/crowd.ts";
import { lately } from "./intake/lately.ts";
import { resolvedBy, subjectResolver } from "./intake/subject-resolver.ts";
import type { Cluster } from "./ports/cluster.ts";

// PagerDuty gives up on a webhook after five seconds; what the cluster has not said by then is guessed from the labels.
const askMs = 2_000;
const mostListed = 500;
// What has not come as a list by then is asked for one by one, and has time left for it.
const listMs = 1_000;

// A storm names the same pods again and again; an owner does not change, a guess may be better soon.
const keepMs = 5 * 60_000;
const keepGuessMs = 5_000;
const mostKept = 10_000;

/** What is sick, by the cluster's own owner references; by the names alone when it does not answer in time. */
export const subjectFinder = (cluster: Cluster, now: () => number = () => performance.now()) => {
  const find = finder(cluster, now);
  const share = lately<Subject | null>((found) => (found?.guessed ? keepGuessMs : keepMs), mostKept, now);
  return (alert: Alert): Promise<Subject | null> => share(resolvedBy(alert), () => find(alert));
};

const finder = (cluster: Cluster, now: () => number) => {
  const listed = async (kind: string, namespace: string, signal: AbortSignal): Promise<KubeObject[]> =>
    isKind(kind) ? (await cluster.list({ kind, namespace, selector: null, limit: mostListed }, signal)).objects : [];
  const among = crowd({
    get: async (kind, namespace, name, signal) => (isKind(kind) ? cluster.get(kind, namespace, name, signal) : null),
    list: (kind, namespace) => listed(kind, namespace, AbortSignal.timeout(listMs)),
    now,
  });
  return (alert: Alert): Promise<Subject | null> => {
    const signal = AbortSignal.timeout(askMs);
    const resolve = subjectResolver(
      (kind, namespace, name) => among(kind, namespace, name, signal),
      (kind, namespace) => listed(kind, namespace, signal),
      cluster.name,
    );
    return resolve(alert);
  };
};
