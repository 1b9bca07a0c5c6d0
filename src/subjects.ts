import type { Alert } from "./incident/alert.ts";
import { isKind } from "./incident/kinds.ts";
import type { Subject } from "./incident/subject.ts";
import { lately } from "./intake/lately.ts";
import { resolvedBy, subjectResolver } from "./intake/subject-resolver.ts";
import type { Cluster } from "./ports/cluster.ts";

// PagerDuty gives up on a webhook after five seconds; what the cluster has not said by then is guessed from the labels.
const askMs = 2_000;
const mostListed = 500;

// A storm names the same pods again and again; an owner does not change, a guess may be better soon.
const keepMs = 30_000;
const keepGuessMs = 5_000;
const mostKept = 10_000;

/** What is sick, by the cluster's own owner references; by the names alone when it does not answer in time. */
export const subjectFinder = (cluster: Cluster, now: () => number = () => performance.now()) => {
  const find = finder(cluster);
  const share = lately<Subject | null>((found) => (found?.guessed ? keepGuessMs : keepMs), mostKept, now);
  return (alert: Alert): Promise<Subject | null> => share(resolvedBy(alert), () => find(alert));
};

const finder =
  (cluster: Cluster) =>
  (alert: Alert): Promise<Subject | null> => {
    const signal = AbortSignal.timeout(askMs);
    const resolve = subjectResolver(
      async (kind, namespace, name) => (isKind(kind) ? cluster.get(kind, namespace, name, signal) : null),
      async (kind, namespace) => {
        if (!isKind(kind)) return [];
        return (await cluster.list({ kind, namespace, selector: null, limit: mostListed }, signal)).objects;
      },
      cluster.name,
    );
    return resolve(alert);
  };
