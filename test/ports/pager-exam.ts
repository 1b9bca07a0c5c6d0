import { expect, test } from "vitest";
import type { Notice } from "../../src/incident/notice.ts";
import type { Pager } from "../../src/ports/notifier.ts";

export interface PagerSubject extends AsyncDisposable {
  pager: Pager;
  /** Titles of the pages that woke somebody, one for each incident of the paging system. */
  pages(): string[];
  notes(): string[];
  hang(): void;
}

/** What every Pager must do. `make` opens one where nobody was woken yet. */
export const pagerExam = (name: string, make: () => Promise<PagerSubject>, notice: Notice): void => {
  test(`${name} wakes once for one incident, again for another`, async () => {
    await using subject = await make();
    const elsewhere = { ...notice, pagerdutyIncident: null };
    await subject.pager.page(elsewhere);
    await subject.pager.page(elsewhere);
    await subject.pager.page({ ...elsewhere, incidentId: "other", title: "another" });

    expect(subject.pages()).toEqual([notice.title, "another"]);
  });

  test(`${name} writes a note once although its receipt was lost`, async () => {
    await using subject = await make();
    await subject.pager.note(notice, null);
    await subject.pager.note(notice, null);

    expect(subject.notes()).toEqual([expect.stringContaining(notice.text)]);
  });

  test(`${name} gives up when it is told to`, async () => {
    await using subject = await make();
    subject.hang();
    const stop = new AbortController();
    const paged = subject.pager.page(notice, { signal: stop.signal });
    stop.abort();

    await expect(paged).rejects.toMatchObject({ name: "PortError", reason: "timeout" });
  });
};
