import { refText } from "../incident/subject.ts";
import { writeUp } from "../incident/write-up.ts";
import { openEvidence } from "../store/evidence.ts";
import type { StoredIncident } from "../store/incidents.ts";
import { kinshipsOf } from "../store/kinship.ts";
import type { Runner } from "../store/transaction.ts";
import { withSeverity } from "./rise.ts";
import { asWide, besidesInReport } from "./told-beside.ts";

/** Whom it holds, who holds it, and that it was closed before. */
const familyPart = async (
  db: Runner,
  { id }: StoredIncident,
  told: readonly string[],
  link: (id: string) => string,
): Promise<string> => {
  const { parentId } = (await kinshipsOf(db, [id]))(id);
  const lines = [
    ...told,
    ...(parentId === null ? [] : [`${parentId} holds this one, or held it until it ended: ${link(parentId)}`]),
  ];
  return lines.length === 0 ? "" : `\n## Beside it\n\n${lines.join("\n\n")}\n`;
};

/** The finished write-up; before that, one of what is known so far. */
export const reportOf = async (db: Runner, stored: StoredIncident, link: (id: string) => string): Promise<string> => {
  const told = await besidesInReport(db, stored.id);
  return `${asWide(await writtenUp(db, stored, link), told)}${await familyPart(db, stored, told, link)}`;
};

const writtenUp = async (db: Runner, stored: StoredIncident, link: (id: string) => string): Promise<string> => {
  const { state, status, id, subject, severity, openedAt, lastError } = stored;
  if (state?.writeUp != null) return withSeverity(state.writeUp, state.severity, severity);
  if (state === null) {
    const began = `# ${refText(subject)}\n\nOpen since ${openedAt.toISOString()}; nothing is known yet.\n`;
    return lastError === null ? began : `${began}\nNightshift itself has a problem: ${lastError}\n`;
  }
  const notes = lastError === null ? [] : [`Nightshift itself had a problem: ${lastError}`];
  const evidence = await openEvidence(db, id, state.evidence);
  return writeUp({ incident: { ...state, severity }, status, evidence, links: { page: link(id) }, notes });
};
