import type { Incident } from "./incident.ts";

type Reason = Pick<Incident, "escalation">;

/** Only the form that our own reasons end in: nothing that a cluster says is offered for typing. */
const ownCommand = /[:;] (kubectl [\w./=:, -]+)$/;

export const typedIn = (escalation: string): string | null => ownCommand.exec(escalation)?.[1] ?? null;

/** It puts back what was there before our change, the fault with it: that is for whoever has looked. */
const takesBack = /To take it back( \(not exactly\))?: kubectl [^:;]*$/;

/** The command by which a reason says what is left to do. */
export const saving = ({ escalation }: Reason): string | null =>
  escalation === null || takesBack.test(escalation) ? null : typedIn(escalation);

/** What is left of our change that did not help and was not taken back; null: the reason says nothing of that. */
export const leftOfIt = ({ escalation }: Reason): "to look at" | "nothing" | null => {
  if (escalation === null) return null;
  if (takesBack.test(escalation)) return "to look at";
  return /\bIt was not undone: .*\bis gone\b/.test(escalation) ? "nothing" : null;
};
