/** Where an answer to one person belongs. */
export interface Whisper {
  channel: string;
  user: string;
  text: string;
}

/** A rejection that still lacks its reason. `trigger` is good for one question within 3 s of the click. */
export interface WhyAsked {
  trigger: string;
  incidentId: string;
  planHash: string;
  channel: string;
}

/** Answers one person in chat, unseen by the others. */
export interface Chat {
  whisper(to: Whisper): Promise<void>;
  askWhy(ask: WhyAsked): Promise<void>;
}
