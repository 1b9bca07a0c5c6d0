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

/** What people answer at the same moment. */
export const answers = (random: Random): Word[] => {
  const mood = random.next();
  if (mood < 0.5) return ["approve"];
  if (mood < 0.7) return ["reject"];
  if (mood < 0.85) return Array<Word>(10).fill("approve");
  return Array.from({ length: 10 }, (_, n) => (n % 2 ? "approve" : "reject"));
};

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
