import { setTimeout as pause } from "node:timers/promises";
import type { RequestHandler } from "express";
import { MalformedPayload } from "../intake/malformed.ts";
import { slackSigned } from "../intake/signatures.ts";
import { type SlackInteraction, slackInteraction } from "../intake/slack.ts";
import type { Chat } from "../ports/chat.ts";
import type { Decided, Person } from "../responder/responder.ts";
import { refused, unset } from "./accept.ts";
import { badRequest, HttpError } from "./errors.ts";
import type { ServerOptions } from "./options.ts";

type Click = Exclude<SlackInteraction, { kind: "other" }>;

/** Slack shows an error after 3 s. What takes longer goes on, and the card tells what came of it. */
const answerWithinMs = 2000;

const stillNeeded = (people: number): string => {
  if (people === 0) return "";
  return people === 1 ? " One more person has to approve." : ` ${people} more people have to approve.`;
};

const told = (decided: Decided, kind: Click["kind"]): string => {
  switch (decided.kind) {
    case "accepted":
      if (kind !== "approve") return "Your rejection is on record.";
      return `Your approval is on record.${stillNeeded(decided.waitsFor ?? 0)}`;
    case "already-decided":
      return `Too late: ${decided.by} has ${decided.decision} it. The first decision counts.`;
    case "plan-changed":
      return "This card is stale: another plan waits now, or none. Nothing was decided; look at the newest card.";
    case "expired":
      return "The time to decide is over. Nothing was decided.";
    case "not-found":
      return "There is no such incident here. Nothing was decided.";
    case "forbidden":
      return `You may not decide: ${decided.why}. Nothing was decided.`;
  }
};

/** Null: nobody who is listed here. */
const personOf = ({ config }: ServerOptions, { user, userTeam }: Click): Person | null => {
  // A guest of a shared channel bears an id of another workspace.
  if (config.SLACK_TEAM_ID !== undefined && userTeam !== null && userTeam !== config.SLACK_TEAM_ID) return null;
  const found = config.SLACK_APPROVERS?.find((approver) => approver.user === user);
  return found ? { name: found.name, role: found.role, via: "slack" } : null;
};

const notYou = "You may not decide here. An administrator can list your Slack user id in SLACK_APPROVERS.";

const onlyViews =
  "You may not decide here: you are listed as a viewer, and a viewer may neither approve nor reject. Nothing was decided.";

const decide = async ({ responder, log }: ServerOptions, click: Click, person: Person): Promise<string> => {
  const reason = click.kind === "rejected" && click.reason !== "" ? click.reason : null;
  const decision = click.kind === "approve" ? "approve" : "reject";
  try {
    const { incidentId, planHash } = click;
    return told(await responder.decide(incidentId, { decision, planHash, reason }, person), click.kind);
  } catch (error) {
    log("a decision could not be recorded", { incidentId: click.incidentId, why: String(error) }, "error");
    return notKnown;
  }
};

// The store may have taken it and lost the word about it.
const notKnown = "Your decision could not be recorded, as far as is known. Decide again: the first decision counts.";

const notYet =
  "Your decision has arrived and is not on record yet: the store is busy. What becomes of it is told here.";

const noForm = "The form for the reason could not be opened. Nothing was decided; try again or reject on the page.";

const asksWhy = async (
  { log }: ServerOptions,
  askWhy: NonNullable<Chat["askWhy"]>,
  { trigger, incidentId, planHash, channel, respond }: Extract<Click, { kind: "reject" }>,
): Promise<boolean> => {
  try {
    await askWhy({ trigger, incidentId, planHash, channel, respond });
    return true;
  } catch (error) {
    log("the form for a reason could not be opened", { incidentId, why: String(error) });
    return false;
  }
};

const refusalOf = (person: Person | null): string | null => {
  if (person === null) return notYou;
  return person.role === "viewer" ? onlyViews : null;
};

/** What whoever clicked is told; null: a form asks why. */
const heard = async (options: ServerOptions, click: Click): Promise<string | null> => {
  const { chat } = options;
  const person = personOf(options, click);
  const refusal = refusalOf(person);
  if (refusal === null && click.kind === "reject" && chat?.askWhy)
    return (await asksWhy(options, chat.askWhy, click)) ? null : noForm;
  return person === null || refusal !== null ? (refusal ?? notYou) : decide(options, click, person);
};

const whisper = async ({ chat, log }: ServerOptions, click: Click, text: string): Promise<void> => {
  const { incidentId, channel, user, respond } = click;
  try {
    await chat?.whisper({ channel, user, respond, text });
  } catch (error) {
    log("a click could not be answered", { incidentId, why: error instanceof Error ? error.message : String(error) });
  }
};

/** A process that ends meanwhile takes what is not on record with it: whoever clicked knows that it is not. */
const handle = async (options: ServerOptions, click: Click): Promise<void> => {
  const answer = heard(options, click);
  const late = pause(answerWithinMs, true, { ref: false });
  const isLate = await Promise.race([answer.then(() => false), late]);
  if (isLate && click.kind !== "reject") await whisper(options, click, notYet);
  const text = await answer;
  if (text !== null) await whisper(options, click, text);
};

const checkOrigin = ({ config }: ServerOptions, { team, app }: Click): void => {
  const foreign = (wanted: string | undefined, given: string | null): boolean =>
    wanted !== undefined && given !== wanted;
  if (!foreign(config.SLACK_TEAM_ID, team) && !foreign(config.SLACK_APP_ID, app)) return;
  throw new HttpError(
    403,
    "foreign-workspace",
    "this comes from another workspace or app",
    "check SLACK_TEAM_ID and SLACK_APP_ID",
  );
};

const readInteraction = (body: Buffer): SlackInteraction => {
  try {
    return slackInteraction(body.toString());
  } catch (error) {
    if (error instanceof MalformedPayload) throw badRequest(error.message, "nothing was decided");
    throw error;
  }
};

/** Clicks on cards. A view of the same approval row as the API: the responder decides what counts. */
export const slackWebhook = (options: ServerOptions): RequestHandler => {
  const { clock, config } = options;
  const secrets = config.SLACK_SIGNING_SECRET ?? [];
  return async (request, response) => {
    if (secrets.length === 0) throw unset("SLACK_SIGNING_SECRET");
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const stamp = request.header("x-slack-request-timestamp");
    if (!slackSigned(request.header("x-slack-signature"), stamp, body, secrets, clock.now())) {
      throw refused("check SLACK_SIGNING_SECRET against the app's signing secret, and the clock of this machine");
    }
    const interaction = readInteraction(body);
    if (interaction.kind !== "other") {
      checkOrigin(options, interaction);
      await Promise.race([handle(options, interaction), pause(answerWithinMs, undefined, { ref: false })]);
    }
    response.status(200).end();
  };
};
