import { PortError } from "../ports/port-error.ts";
import { callHttp } from "./http-call.ts";
import { reasonOfStatus } from "./transport-error.ts";

const hosts = ["https://hooks.slack.com", "https://hooks.slack-gov.com"];

/**
 * Whether an answer may be posted there. The address is signed with the click, and is followed nowhere but to Slack all the
 * same; a stand-in that SLACK_API_URL names may take it itself.
 */
export const isOfSlack = (address: string, apiUrl: string): boolean => {
  if (!URL.canParse(address)) return false;
  const { origin, username, password } = new URL(address);
  return username === "" && password === "" && [...hosts, new URL(apiUrl).origin].includes(origin);
};

/** Who has the address can answer in the channel's name: it stands in no error. */
const what = "the answer at the click's own address";

/** Seen by whoever clicked alone, beside the card and not in its place. */
export const answerAt = (url: string, text: string, deadlineMs: number): Promise<void> => {
  const body = JSON.stringify({ response_type: "ephemeral", replace_original: false, text });
  const headers = { "content-type": "application/json; charset=utf-8" };
  const init: RequestInit = { method: "POST", redirect: "error", headers, body };
  const call = { port: "slack", what, url, init, signal: undefined, deadlineMs, maxBytes: 16_384 };
  return callHttp(call, ({ ok, status }) => {
    if (!ok) throw new PortError("slack", reasonOfStatus(status), `${what} was refused with ${status}`);
  });
};
