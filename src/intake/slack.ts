import { z } from "zod";
import { buttonIds } from "../incident/buttons.ts";
import { MalformedPayload, parsed } from "./malformed.ts";

interface Clicked {
  user: string;
  /** Where the person belongs; another than the app's workspace for guests of a shared channel. */
  userTeam: string | null;
  team: string | null;
  app: string | null;
  channel: string;
  /** Where Slack takes an answer to whoever clicked. Checked where it is used. */
  respond: string | null;
  incidentId: string;
  planHash: string;
}

/** What a person did in Slack, as far as it concerns us. */
export type SlackInteraction =
  | ({ kind: "approve" } & Clicked)
  | ({ kind: "reject"; trigger: string } & Clicked)
  | ({ kind: "rejected"; reason: string } & Clicked)
  | { kind: "other"; team: string | null; app: string | null };

const id = z.string().min(1).max(100);
const maybeId = id.nullish().transform((text) => text ?? null);
const maybeAddress = z
  .string()
  .max(500)
  .nullish()
  .catch(null)
  .transform((text) => text ?? null);
const Common = z.object({
  type: z.string().max(100),
  user: z.object({ id, team_id: maybeId }),
  team: z.object({ id }).nullish(),
  api_app_id: maybeId,
});
const Question = z.object({ incidentId: z.string().min(1).max(100), planHash: z.string().min(1).max(200) });
const About = Question.extend({ channel: z.string().max(100), respond: maybeAddress });
const Click = Common.extend({
  trigger_id: z.string().max(500).default(""),
  channel: z.object({ id }).nullish(),
  response_url: maybeAddress,
  container: z.object({ channel_id: maybeId }).nullish(),
  actions: z.array(z.object({ action_id: z.string().max(255), value: z.string().max(2000).nullish() })).max(25),
});
const Submission = Common.extend({
  view: z.object({
    callback_id: z.string().max(255),
    private_metadata: z.string().max(3000),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))) }),
  }),
});

const jsonOf = (what: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says would quote the text.
    throw new MalformedPayload(what, "is not JSON");
  }
};

const whoOf = ({ user, team, api_app_id }: z.infer<typeof Common>) => ({
  user: user.id,
  userTeam: user.team_id,
  team: team?.id ?? user.team_id,
  app: api_app_id,
});

const otherOf = (common: z.infer<typeof Common>): SlackInteraction => {
  const { team, app } = whoOf(common);
  return { kind: "other", team, app };
};

const clickOf = (payload: unknown): SlackInteraction => {
  const click = parsed("the click", Click, payload);
  const ours = click.actions.find(({ action_id }) => action_id === buttonIds.approve || action_id === buttonIds.reject);
  if (ours === undefined) return otherOf(click);
  const question = parsed("the button", Question, jsonOf("the button", ours.value ?? ""));
  const channel = click.channel?.id ?? click.container?.channel_id ?? "";
  const clicked = { ...whoOf(click), channel, respond: click.response_url, ...question };
  return ours.action_id === buttonIds.approve
    ? { kind: "approve", ...clicked }
    : { kind: "reject", trigger: click.trigger_id, ...clicked };
};

const submissionOf = (payload: unknown): SlackInteraction => {
  const submission = parsed("the form", Submission, payload);
  const { callback_id, private_metadata, state } = submission.view;
  if (callback_id !== buttonIds.why) return otherOf(submission);
  const about = parsed("the form", About, jsonOf("the form", private_metadata));
  const reason = state.values[buttonIds.why]?.[buttonIds.why]?.value ?? "";
  return { kind: "rejected", ...whoOf(submission), ...about, reason: reason.slice(0, 2000) };
};

/** The form that Slack posts, already proven to come from it. */
export const slackInteraction = (body: string): SlackInteraction => {
  const form = new URLSearchParams(body);
  const text = form.get("payload");
  if (text === null && form.has("ssl_check")) return { kind: "other", team: null, app: null };
  if (text === null) throw new MalformedPayload("the form", "has no payload");
  const payload = jsonOf("the payload", text);
  const common = parsed("the payload", Common, payload);
  if (common.type === "block_actions") return clickOf(payload);
  return common.type === "view_submission" ? submissionOf(payload) : otherOf(common);
};
