const prefix = "nightshift:";

/** What a paging system keeps our page of an incident under. */
export const pageKey = (incidentId: string): string => `${prefix}${incidentId}`.slice(0, 255);

/** The incident whose page is kept under this key; null: the page is not of ours. */
export const incidentOfPageKey = (key: unknown): string | null =>
  typeof key === "string" && /^nightshift:[\w-]{1,200}$/.test(key) ? key.slice(prefix.length) : null;

/** What a message of a paging system says of whether it is about a page that we sent ourselves. */
export interface OwnPage {
  /** Incidents of ours, by the keys that our pages bear. */
  incidentIds: string[];
  /** Where nothing says under which key it came: all there is to know it by. Null: the keys are known. */
  title: string | null;
}
