import { expect, test } from "vitest";
import type { Notice } from "../../src/incident/notice.ts";
import type { Notifier } from "../../src/ports/notifier.ts";

export interface NotifierSubject extends AsyncDisposable {
  notifier: Notifier;
  /** Messages people see now, oldest first. */
  seen(): string[];
  /** From now on the other side does not answer. */
  hang(): void;
}

/** What every Notifier must do. `make` opens one with an empty channel. */
export const notifierExam = (name: string, make: () => Promise<NotifierSubject>, notice: Notice): void => {
  test(`${name} replaces the message it has a receipt for`, async () => {
    await using subject = await make();
    const receipt = await subject.notifier.post({ ...notice, title: "first" }, null);

    await subject.notifier.post({ ...notice, title: "second" }, receipt);

    expect(subject.seen()).toEqual([expect.stringContaining("second")]);
  });

  test(`${name} posts anew without a receipt`, async () => {
    await using subject = await make();
    await subject.notifier.post(notice, null);
    await subject.notifier.post(notice, null);

    expect(subject.seen()).toHaveLength(2);
  });

  test(`${name} finds what it sent and nobody noted, of this attempt and of no other`, async () => {
    await using subject = await make();
    const [first, second] = [new Date("2026-11-23T02:00:00Z"), new Date("2026-11-23T02:00:01Z")];
    await subject.notifier.post({ ...notice, title: "first" }, null, { attempt: { since: first, before: 0 } });

    await subject.notifier.post({ ...notice, title: "again" }, null, { attempt: { since: first, before: 1 } });
    expect(subject.seen()).toEqual([expect.stringContaining("again")]);

    await subject.notifier.post({ ...notice, title: "new" }, null, { attempt: { since: second, before: 1 } });
    expect(subject.seen()).toEqual([expect.stringContaining("again"), expect.stringContaining("new")]);
  });

  test(`${name} gives up when it is told to`, async () => {
    await using subject = await make();
    subject.hang();
    const stop = new AbortController();
    const posted = subject.notifier.post(notice, null, { signal: stop.signal });
    stop.abort();

    await expect(posted).rejects.toMatchObject({ name: "PortError", reason: "timeout" });
  });
};
