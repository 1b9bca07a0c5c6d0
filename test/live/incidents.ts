import type { Diagnosis } from "../../src/incident/diagnosis.ts";
import type { Plan } from "../../src/incident/plan.ts";
import { until } from "./until.ts";

export interface Seen {
  id: string;
  status: string;
  openedAt: string;
  subject: { kind: string; namespace: string; name: string };
  diagnosis: Diagnosis | null;
  plan: Plan | null;
  outcomes: { kind: string; verb: string; message: string }[];
  verdict: { kind: string; checks: { name: string; ok: boolean; required: boolean; detail: string }[] } | null;
}

const ask = async <T>(url: string): Promise<T> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
};

export const incident = (url: string, id: string): Promise<Seen> => ask(`${url}/api/incidents/${id}`);

export const incidentsOf = async (url: string, namespace: string, name: string): Promise<Seen[]> => {
  const { items } = await ask<{ items: Seen[] }>(`${url}/api/incidents?subject=${name}`);
  const own = items.filter(({ subject }) => subject.namespace === namespace && subject.name === name);
  return Promise.all(own.map(({ id }) => incident(url, id)));
};

/** The one incident of a workload, once a webhook opened it and it is in one of these states. */
export const reaching = (url: string, namespace: string, name: string, statuses: string[]): Promise<Seen> =>
  until(`an incident of ${namespace}/${name} that is ${statuses.join(" or ")}`, 300, async () => {
    const [only, second] = await incidentsOf(url, namespace, name);
    if (second !== undefined) throw new Error(`${namespace}/${name} has more than one incident`);
    return only !== undefined && statuses.includes(only.status) ? only : null;
  });

export const approve = async (url: string, { id, plan }: Seen): Promise<number> => {
  const response = await fetch(`${url}/api/incidents/${id}/decision`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ decision: "approve", planHash: plan?.kind === "actions" ? plan.hash : "" }),
    signal: AbortSignal.timeout(10_000),
  });
  await response.body?.cancel();
  return response.status;
};

/** Seconds from the alert's first webhook to the cause. */
export const pace = async (url: string, { id }: Seen): Promise<string> => {
  const { items } = await ask<{ items: { at: string; actor: string }[] }>(`${url}/api/incidents/${id}/timeline`);
  const named = items.find(({ actor }) => actor === "diagnose");
  const ms = Date.parse(named?.at ?? "") - Date.parse(items[0]?.at ?? "");
  return `${(ms / 1000).toFixed(1)} s from alert to diagnosis`;
};
