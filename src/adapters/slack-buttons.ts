import type { ActionsBlock, Button } from "@slack/web-api";
import { buttonIds } from "../incident/buttons.ts";
import type { DecisionWanted } from "../incident/notice.ts";
import { cut, escaped } from "./slack-text.ts";

const plain = (text: string) => ({ type: "plain_text" as const, text, emoji: false });

const button = (id: string, label: string, style: "primary" | "danger", value: string): Button => ({
  type: "button",
  action_id: id,
  style,
  text: plain(label),
  value,
});

/** The buttons carry the hash of exactly what the card shows: a click on a stale card decides nothing else. */
export const decisionBlock = ({ incidentId, planHash, change }: DecisionWanted): ActionsBlock => {
  const value = JSON.stringify({ incidentId, planHash });
  return {
    type: "actions",
    block_id: `decision:${incidentId}:${planHash}`.slice(0, 255),
    elements: [
      {
        ...button(buttonIds.approve, "Approve", "primary", value),
        confirm: {
          title: plain("Make this change?"),
          text: { type: "mrkdwn", text: cut(escaped(change) || "the proposed change", 280), verbatim: true },
          confirm: plain("Make it"),
          deny: plain("Cancel"),
          style: "danger",
        },
      },
      button(buttonIds.reject, "Reject", "danger", value),
    ],
  };
};

const seconds = (iso: string): number => Math.floor(Date.parse(iso) / 1000);

/** In the reader's own time zone, with UTC for clients that cannot. */
export const expiryText = ({ expiresAt }: DecisionWanted): string =>
  `decide before <!date^${seconds(expiresAt)}^{date_short_pretty} {time}|${expiresAt}>`;
