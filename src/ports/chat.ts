/** Where an answer to one person belongs. */
export interface Whisper {
  channel: string;
  user: string;
  text: string;
  /** Where Slack takes an answer to this click for half an hour, without a token; null when it told of none. */
  respond: string | null;
}

/** A rejection that still lacks its reason. `trigger` is good for one question within 3 s of the click. */
export interface WhyAsked {
  trigger: string;
  incidentId: string;
  planHash: string;
  channel: string;
  /** Comes back with the reason, so that whoever gives it can be answered too. */
  respond: string | null;
}

/** Answers one person in chat, unseen by the others. */
export interface Chat {
  whisper(to: Whisper): Promise<void>;
  /** Null where there is no bot that could open a form. */
  askWhy: ((ask: WhyAsked) => Promise<void>) | null;
}
