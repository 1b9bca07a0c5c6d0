import type { Diagnosis, Struck } from "../incident/diagnosis.ts";
import type { Question } from "../incident/question.ts";

/** What one round comes to: the end, questions for the next round, or nothing usable; `spent`: no other model may be asked. */
export type Result =
  | { kind: "done"; diagnosis: Diagnosis }
  | { kind: "more"; questions: Question[]; opened: string[]; notes: string[] }
  | {
      kind: "nothing";
      why: string;
      notes: string[];
      again: boolean;
      struck?: Struck[];
      /** Claims that hold, though what they were to carry does not. */
      told?: string[];
      spent?: boolean;
    };
