/** How often a workload was changed of late, by whichever incident. */
export interface Pace {
  /** ISO times of the changes of this workload, or of the object with this uid, within the last hour; oldest first. */
  changes(workload: string, uid: string): Promise<string[]>;
}
