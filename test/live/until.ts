import { setTimeout as pause } from "node:timers/promises";

/** Asks again until there is an answer; the real world gives no other sign. */
export const until = async <T>(what: string, seconds: number, ask: () => Promise<T | null>): Promise<T> => {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await pause(500);
  }
};
