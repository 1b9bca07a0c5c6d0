import { createHmac } from "node:crypto";
import { buttonIds } from "../../src/incident/buttons.ts";

export const signingSecret = "slack-signing";

const who = (user: string, changes: object) => ({
  user: { id: user, team_id: "T1" },
  team: { id: "T1", domain: "acme" },
  api_app_id: "A1",
  ...changes,
});

export interface Question {
  incidentId: string;
  planHash: string;
}

export const click = (kind: "approve" | "reject", user: string, question: Question, changes: object = {}): object => ({
  type: "block_actions",
  ...who(user, changes),
  trigger_id: "1.2.abc",
  response_url: "https://hooks.slack.com/actions/T1/1/x",
  channel: { id: "C1" },
  actions: [{ action_id: buttonIds[kind], block_id: "b", value: JSON.stringify(question), type: "button" }],
});

export const submission = (user: string, question: Question, reason: string): object => ({
  type: "view_submission",
  ...who(user, {}),
  view: {
    callback_id: buttonIds.why,
    private_metadata: JSON.stringify({ ...question, channel: "C1", respond: "https://hooks.slack.com/actions/T1/1/x" }),
    state: { values: { [buttonIds.why]: { [buttonIds.why]: { type: "plain_text_input", value: reason } } } },
  },
});

export const signedSlack = (body: string, at: Date, secret = signingSecret): Record<string, string> => {
  const stamp = `${Math.floor(at.getTime() / 1000)}`;
  const mac = createHmac("sha256", secret).update(`v0:${stamp}:${body}`).digest("hex");
  return {
    "content-type": "application/x-www-form-urlencoded",
    "x-slack-request-timestamp": stamp,
    "x-slack-signature": `v0=${mac}`,
    connection: "close",
  };
};

export const formOf = (payload: object): string => new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
