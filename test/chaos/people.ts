import type pg from "pg";
import type { Random } from "../security/random.ts";
import type { Slot } from "./slot.ts";
import { token } from "./stage.ts";

type Word = "approve" | "reject";

/** Someone to talk to: whoever of the workers listens now. */
export const anyone = (slots: readonly Slot[], random: Random): string | null => {
  const urls = slots.flatMap((slot) => slot.url() ?? []);
  return urls.length === 0 ? null : random.pick(urls);
};

const post = async (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response | null> => {
  try {
    const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
    return await fetch(url, { ...init, body: JSON.stringify(body), signal: AbortSignal.timeout(8_000) });
  } catch {
    // Killed, stopped or cut off meanwhile: the sender does not know what became of it.
    return null;
  }
};

/** The incidents a delivery was accepted for; null: nobody said so, and a sender sends it again. */
export const deliver = async (server: string, alerts: readonly object[]): Promise<string[] | null> => {
  const authorization = `Bearer ${token}`;
  const response = await post(`${server}/webhooks/alertmanager`, { version: "4", alerts }, { authorization });
  if (response?.status !== 202) return null;
  const answer = (await response.json().catch(() => null)) as { incidentIds: string[] } | null;
  return answer?.incidentIds ?? null;
};

export type Mood = "one approves" | "one rejects" | "ten approve at once" | "five approve, five reject at once";

/** What people answer at the same moment. */
export const wordsOf: Record<Mood, readonly Word[]> = {
  "one approves": ["approve"],
  "one rejects": ["reject"],
  "ten approve at once": Array<Word>(10).fill("approve"),
  "five approve, five reject at once": Array.from({ length: 10 }, (_, n) => (n % 2 ? "approve" : "reject")),
};

const moods: readonly Mood[] = [
  "one approves",
  "ten approve at once",
  "one rejects",
  "five approve, five reject at once",
  "one approves",
];

/** Each mood as often as its share, whatever the size of the run. */
export const moodOf = (nth: number): Mood => moods[nth % moods.length] ?? "one approves";

export interface Asked {
  id: string;
  planHash: string;
}

export const questions = async (pool: pg.Pool): Promise<Asked[]> => {
  const { rows } = await pool.query<Asked>(
    `select i.id, a.plan_hash as "planHash" from nightshift.incidents i
     join nightshift.approvals a on a.incident_id = i.id and a.state = 'pending'
     where i.status = 'awaiting-approval'`,
  );
  return rows;
};

/** Everybody answers at once, over whichever worker they reach. How many were told that theirs counts. */
export const decide = async (
  { id, planHash }: Asked,
  words: readonly Word[],
  reach: () => string | null,
): Promise<number> => {
  const said = await Promise.all(
    words.map(async (decision) => {
      const server = reach();
      const response = server && (await post(`${server}/api/incidents/${id}/decision`, { decision, planHash }));
      return response ? response.status : 0;
    }),
  );
  return said.filter((status) => status === 202).length;
};
