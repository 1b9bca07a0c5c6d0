import { type Channel, Notice } from "../../src/incident/notice.ts";

/** A notice of few words for whoever reads that channel. */
export const noticeOf = (channel: Channel, incidentId: string): Notice =>
  Notice.parse({
    key: `${channel}:${incidentId}`,
    incidentId,
    channel,
    title: "t",
    text: "t",
    severity: "warning",
    link: "http://n",
    pagerdutyIncident: null,
  });
