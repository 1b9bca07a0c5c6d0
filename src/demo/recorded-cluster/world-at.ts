import type { World } from "./world.ts";

const stamp = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

/** Moves every ISO time in a text by so many milliseconds; digits below the second stay as they were written. */
export const moveTimes = (text: string, ms: number): string =>
  text.replace(stamp, (found, fraction: string | undefined) => {
    const whole = Date.parse(`${found.slice(0, 19)}Z`);
    // Go's zero time means "not set": it has to stay what it is.
    if (whole < 0) return found;
    return `${new Date(whole + ms).toISOString().slice(0, 19)}${fraction ?? ""}Z`;
  });

/** The same world as if it had been recorded at `now`, so that "5 minutes ago" is true in a demo. */
export const worldAt = (world: World, now: Date): World => {
  // Whole seconds: that is the resolution of the API's own times.
  const ms = Math.round((now.getTime() - Date.parse(world.recordedAt)) / 1000) * 1000;
  return {
    ...world,
    recordedAt: moveTimes(world.recordedAt, ms),
    objects: JSON.parse(moveTimes(JSON.stringify(world.objects), ms)) as World["objects"],
    logs: new Map([...world.logs].map(([key, text]) => [key, moveTimes(text, ms)])),
  };
};
