import type { z } from "zod";

/** What comes back: something short about it, and a page of its text where it has one. */
export interface ToolAnswer {
  about: Record<string, unknown>;
  text?: string;
}

/** A question that somebody's assistant may ask. It reads; nothing behind it can write. */
export interface OfferedTool {
  name: string;
  title: string;
  description: string;
  input: z.ZodObject;
  read(input: Record<string, unknown>): Promise<ToolAnswer>;
}

/** Something that can be read by its address; variables of the address stand in braces. */
export interface OfferedResource {
  uri: string;
  name: string;
  title: string;
  description: string;
  mimeType: "application/json" | "text/markdown" | "text/plain";
  /** Those to choose from, the newest first; absent: it is found by its address only. */
  list?(): Promise<{ uri: string; name: string }[]>;
  read(variables: Record<string, string>): Promise<string>;
}

/** Everything an assistant outside may ask of Nightshift. */
export interface Offer {
  instructions: string;
  tools: readonly OfferedTool[];
  resources: readonly OfferedResource[];
}

/** Why there is no answer, in words for whoever asked. Any other error is for the log only. */
export class CannotAnswer extends Error {
  readonly kind: "not-there" | "unavailable";

  constructor(kind: CannotAnswer["kind"], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "CannotAnswer";
    this.kind = kind;
  }
}
