import type { IncomingMessage, ServerResponse } from "node:http";
import type { Registry } from "prom-client";
import type { Chat } from "../ports/chat.ts";
import type { Clock } from "../ports/clock.ts";
import type { Person, Responder } from "../responder/responder.ts";
import type { ServerLog } from "./errors.ts";

/** The part of the configuration the server reads. */
export interface ServerConfig {
  NIGHTSHIFT_TOKENS: readonly { name: string; role: Person["role"]; token: string }[];
  PAGERDUTY_WEBHOOK_SECRETS: readonly string[];
  ALERTMANAGER_TOKEN: readonly string[];
  GRAFANA_WEBHOOK_TOKEN: readonly string[];
  SLACK_SIGNING_SECRET?: readonly string[];
  SLACK_APPROVERS?: readonly { user: string; name: string; role: Person["role"] }[];
  SLACK_TEAM_ID?: string | undefined;
  SLACK_APP_ID?: string | undefined;
}

/** Answers one request of an assistant; the body is parsed. */
export type AnswerAssistant = (request: IncomingMessage, response: ServerResponse, body: unknown) => Promise<void>;

export interface ServerOptions {
  responder: Responder;
  config: ServerConfig;
  clock: Clock;
  log: ServerLog;
  metrics?: Registry;
  /** Alert details of a PagerDuty incident; absent when there is no token to ask with. */
  alertPages?: (incidentId: string, signal: AbortSignal) => AsyncIterable<unknown[]>;
  alertPagesMs?: number;
  /** Answers whoever clicked in chat; absent: decisions count all the same, nobody is told why one did not. */
  chat?: Chat;
  /** What keeps it from working; empty when ready. */
  notReady?: () => Promise<string[]>;
  /** What whoever asks whether it is ready should know, though it is. */
  remarks?: () => Promise<string[]>;
  /** Absent: no assistant is answered. */
  mcp?: AnswerAssistant;
  heartbeatMs?: number;
}
