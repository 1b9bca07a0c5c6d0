import type { PlainTextElement, View } from "@slack/web-api";
import { buttonIds } from "../incident/buttons.ts";
import type { Chat, WhyAsked } from "../ports/chat.ts";
import { slackClient, slackError } from "./slack-client.ts";
import { escaped } from "./slack-text.ts";

const plain = (text: string): PlainTextElement => ({ type: "plain_text", text, emoji: false });

/** The signed request proves that the metadata comes back unchanged; what it says is checked anew all the same. */
const whyForm = ({ incidentId, planHash, channel }: WhyAsked): View => ({
  type: "modal",
  callback_id: buttonIds.why,
  private_metadata: JSON.stringify({ incidentId, planHash, channel }),
  title: plain("Reject the change"),
  submit: plain("Reject"),
  close: plain("Cancel"),
  blocks: [
    {
      type: "input",
      block_id: buttonIds.why,
      optional: true,
      label: plain("Why? Everybody on the incident sees it."),
      element: { type: "plain_text_input", action_id: buttonIds.why, multiline: true, max_length: 2000 },
    },
  ],
});

export interface SlackChatOptions {
  token: string;
  apiUrl: string;
  /** A form can be opened within 3 s of the click and never after; a whisper later than that surprises. */
  timeoutMs?: number;
}

/** Answers to whoever clicked. Tried once: a second try would come too late. */
export const slackChat = ({ token, apiUrl, timeoutMs = 3000 }: SlackChatOptions): Chat => {
  const client = slackClient({ token, apiUrl, timeoutMs, retries: 0 });
  return {
    whisper: async ({ channel, user, text }) => {
      try {
        await client.chat.postEphemeral({ channel, user, text: escaped(text).slice(0, 2900) });
      } catch (error) {
        throw slackError("the answer to a click could not be sent", error);
      }
    },
    askWhy: async (ask) => {
      try {
        await client.views.open({ trigger_id: ask.trigger, view: whyForm(ask) });
      } catch (error) {
        throw slackError("the form for the reason could not be opened", error);
      }
    },
  };
};
