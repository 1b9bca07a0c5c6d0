import type { Cause } from "../../incident/diagnosis.ts";
import type { ObjectRef } from "../../incident/subject.ts";

/** One thing that a change touched: names and values in other words of the change mean nothing. */
export interface Part {
  /** Null where it is not of one container. */
  readonly container: string | null;
  readonly name: string;
  readonly words: string;
  /** What it was and what it is, where that may be told. */
  readonly values: readonly string[];
}

/** A change, with what it was made to and which parts it touched. */
export interface Change {
  readonly at: string;
  readonly of: ObjectRef;
  readonly evidence: string;
  /** What is told before the parts; all that is told where these have no words. */
  readonly head: string;
  readonly parts: readonly Part[];
  readonly tail?: string;
  /** Every revision tells all that it changed, so that what is not among its parts was not changed by it. */
  readonly isRevision?: boolean;
}

export const partsNamed = (...names: string[]): Part[] =>
  names.map((name) => ({ container: null, name, words: "", values: [] }));

const most = 8;

export const whatOf = ({ head, tail = "" }: Change, parts: readonly Part[]): string => {
  const words = parts.map((part) => part.words).filter((one) => one !== "");
  const more = words.length > most ? `; and ${words.length - most} more` : "";
  return `${head}${words.length > 0 ? `: ${words.slice(0, most).join("; ")}${more}` : ""}${tail}`;
};

/** As a diagnosis keeps them: the newest. */
export const toldOf = (changes: readonly Change[]): Cause["changes"] =>
  changes.slice(0, 10).map((one) => ({ at: one.at, what: whatOf(one, one.parts), evidence: one.evidence }));
