import type { PlainTextElement, View, WebClient } from "@slack/web-api";
import { buttonIds } from "../incident/buttons.ts";
import type { Chat, Whisper, WhyAsked } from "../ports/chat.ts";
import { PortError } from "../ports/port-error.ts";
import { slackClient, slackError } from "./slack-client.ts";
import { answerAt, isOfSlack } from "./slack-respond.ts";
import { escaped } from "./slack-text.ts";

const plain = (text: string): PlainTextElement => ({ type: "plain_text", text, emoji: false });

/** The signed request proves that the metadata comes back unchanged; what it says is checked anew all the same. */
const whyForm = ({ incidentId, planHash, channel, respond }: WhyAsked): View => ({
  type: "modal",
  callback_id: buttonIds.why,
  private_metadata: JSON.stringify({ incidentId, planHash, channel, respond }),
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
  /** Null: no bot, so a click is answered at the address it came with, and no form can be opened. */
  token: string | null;
  apiUrl: string;
  /** A form can be opened within 3 s of the click and never after; a whisper later than that surprises. */
  timeoutMs?: number;
}

/**
 * Answers to whoever clicked: by the bot, and where that fails (not in the channel, too many calls, no token) at the address
 * that came with the click, which needs neither. Each is tried once: a second try would come too late.
 */
export const slackChat = ({ token, apiUrl, timeoutMs = 3000 }: SlackChatOptions): Chat => {
  const client = token === null ? null : slackClient({ token, apiUrl, timeoutMs });
  const byBot = async (bot: WebClient, { channel, user }: Whisper, text: string): Promise<void> => {
    try {
      await bot.chat.postEphemeral({ channel, user, text });
    } catch (error) {
      throw slackError("the answer to a click could not be sent", error);
    }
  };
  return {
    whisper: async (whisper) => {
      const text = escaped(whisper.text).slice(0, 2900);
      const { respond } = whisper;
      const elsewhere = respond !== null && isOfSlack(respond, apiUrl);
      if (client === null && !elsewhere) throw new PortError("slack", "invalid", unanswerable);
      const refused = client && (await byBot(client, whisper, text).catch((error: PortError) => error));
      if (refused === undefined) return;
      if (!elsewhere) throw refused;
      await answerAt(respond, text, timeoutMs);
    },
    askWhy:
      client &&
      (async (ask) => {
        try {
          await client.views.open({ trigger_id: ask.trigger, view: whyForm(ask) });
        } catch (error) {
          throw slackError("the form for the reason could not be opened", error);
        }
      }),
  };
};

const unanswerable = "the answer to a click could not be sent: there is no bot, and no address of Slack's came with it";
