import type { IncidentView, JournalEntry } from "../responder/responder.ts";

/** The demo uses Nightshift like everybody else: over HTTP. */
export interface Client {
  show(id: string): Promise<IncidentView>;
  timeline(id: string): Promise<JournalEntry[]>;
  report(id: string): Promise<string>;
  decide(id: string, decision: "approve" | "reject", planHash: string): Promise<void>;
}

const ask = async (url: string, init: RequestInit = {}): Promise<Response> => {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  if (!response.ok)
    throw new Error(`${init.method ?? "GET"} ${url} answered ${response.status}: ${await response.text()}`);
  return response;
};

const items = (answer: unknown): JournalEntry[] =>
  Array.isArray(answer) ? answer : ((answer as { items?: JournalEntry[] }).items ?? []);

export const clientOf = (server: string): Client => {
  const at = (id: string): string => `${server}/api/incidents/${id}`;
  return {
    show: async (id) => (await ask(at(id))).json() as Promise<IncidentView>,
    timeline: async (id) => items(await (await ask(`${at(id)}/timeline`)).json()),
    report: async (id) => (await ask(`${at(id)}/report`)).text(),
    decide: async (id, decision, planHash) => {
      const body = JSON.stringify({ decision, planHash });
      await ask(`${at(id)}/decision`, { method: "POST", headers: { "content-type": "application/json" }, body });
    },
  };
};
