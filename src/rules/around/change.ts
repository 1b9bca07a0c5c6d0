import type { Cause } from "../../incident/diagnosis.ts";
import type { ObjectRef } from "../../incident/subject.ts";

/** A change, with what it was made to and which parts it touched: names and values in its words mean neither. */
export type Change = Cause["changes"][number] & { readonly of: ObjectRef; readonly parts: string };

/** As a diagnosis keeps them. */
export const toldOf = (changes: readonly Change[]): Cause["changes"] =>
  changes.map(({ at, what, evidence }) => ({ at, what, evidence }));
