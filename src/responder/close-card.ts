import { answered } from "../incident/write-up-card.ts";
import { currentNotice, putNotice } from "../store/notices.ts";
import type { Queue } from "../store/queue.ts";
import type { Runner } from "../store/transaction.ts";

/**
 * Takes the buttons off the incident's card, in the transaction that answers the question, and says how it ended. A card that
 * asks nothing stays as it is, unless it is always to say so.
 */
export const closeCard = async (
  tx: Runner,
  queue: Queue,
  incidentId: string,
  ending: string,
  at: Date,
  { always = false } = {},
): Promise<void> => {
  const card = await currentNotice(tx, `card:${incidentId}`);
  if (card === null || (!card.decision && !always) || card.text.startsWith(`**${ending}**`)) return;
  await putNotice(tx, queue, { ...card, ...answered(card, ending, at.toISOString().slice(11, 16)), decision: null });
};
