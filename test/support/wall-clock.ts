import type { Clock } from "../../src/ports/clock.ts";

/** For what is not about time. */
export const wallClock: Clock = { now: () => new Date() };
