import type { OwnPage } from "../incident/page-key.ts";
import { openByPageTitle } from "../store/pagerduty.ts";
import type { Runner } from "../store/transaction.ts";

/** Incidents of ours that a page which comes back is of: those that it names, else those whose page bears its title. */
export const incidentsOfPage = async (db: Runner, page: OwnPage | undefined): Promise<string[]> => {
  if (page === undefined) return [];
  return page.title === null ? page.incidentIds : openByPageTitle(db, page.title);
};
