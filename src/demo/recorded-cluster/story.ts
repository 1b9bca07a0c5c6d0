import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../root.ts";
import { readWorld, type World } from "./world.ts";
import { moveTimes, worldAt } from "./world-at.ts";

export const storyNames = ["bad-rollout", "out-of-memory", "missing-setting"] as const;
export type StoryName = (typeof storyNames)[number];

/** A recorded incident to be played: its world and the alerts that a monitoring system sent for it. */
export interface Story {
  name: StoryName;
  title: string;
  world: World;
  /** Labels and annotations as Alertmanager sent them, the first to fire first. */
  alerts: {
    labels: Record<string, string>;
    annotations: Record<string, string>;
    startsAt: string;
    fingerprint: string;
  }[];
}

/** The story as if it happened now: all recorded times are moved together. */
export const readStory = (name: StoryName, now: Date): Story => {
  const folder = join(root(), "src/demo/worlds", name);
  const world = readWorld(folder);
  const text = readFileSync(`${folder}/story.json`, "utf8");
  const ms = now.getTime() - Date.parse(world.recordedAt);
  return { name, world: worldAt(world, now), ...(JSON.parse(moveTimes(text, ms)) as Pick<Story, "title" | "alerts">) };
};
