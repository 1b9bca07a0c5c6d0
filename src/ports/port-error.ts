import type { RefusalReason } from "../incident/evidence.ts";

/** A port could not answer. `retryable` is decided here, by the reason; whoever retries obeys. */
export class PortError extends Error {
  readonly port: string;
  readonly reason: RefusalReason;
  readonly retryable: boolean;
  /** How long the other side asks to be left alone; null where it did not say. */
  readonly retryAfterMs: number | null;

  constructor(
    port: string,
    reason: RefusalReason,
    message: string,
    options?: { cause?: unknown; retryAfterMs?: number },
  ) {
    super(`${port}: ${message}`, options);
    this.name = "PortError";
    this.port = port;
    this.reason = reason;
    this.retryAfterMs = options?.retryAfterMs ?? null;
    this.retryable =
      reason === "timeout" || reason === "unreachable" || reason === "rate-limited" || reason === "failed";
  }
}
