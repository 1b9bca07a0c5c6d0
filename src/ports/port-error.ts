import type { RefusalReason } from "../incident/evidence.ts";

/** A port could not answer. `retryable` is decided here, by the reason; whoever retries obeys. */
export class PortError extends Error {
  readonly port: string;
  readonly reason: RefusalReason;
  readonly retryable: boolean;

  constructor(port: string, reason: RefusalReason, message: string, options?: { cause?: unknown }) {
    super(`${port}: ${message}`, options);
    this.name = "PortError";
    this.port = port;
    this.reason = reason;
    this.retryable =
      reason === "timeout" || reason === "unreachable" || reason === "rate-limited" || reason === "failed";
  }
}
