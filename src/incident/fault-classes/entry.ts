/** One row of the catalogue. `decision` says who may decide: 1C one click, HV a person must choose the value, ES escalate, NO nothing to do. */
export interface FaultClassEntry {
  readonly id: string;
  readonly fault: string;
  readonly remedy: string;
  readonly decision: string;
}
