import type { Choice } from "../demo/answer.ts";
import { type StoryName, storyNames } from "../demo/recorded-cluster/story.ts";
import { runDemo } from "../demo/run-demo.ts";
import { type Command, UsageError } from "./command.ts";

const answerFrom = (args: readonly string[]): Choice => {
  if (args.includes("--approve")) return "approve";
  if (args.includes("--reject")) return "reject";
  return process.stdin.isTTY ? "ask" : "wait";
};

const storyFrom = (args: readonly string[]): StoryName => {
  const at = args.findIndex((arg) => arg === "--story" || arg.startsWith("--story="));
  if (at < 0) return storyNames[0];
  const wanted = args[at]?.includes("=") ? args[at]?.split("=")[1] : args[at + 1];
  const story = storyNames.find((name) => name === wanted);
  if (story === undefined)
    throw new UsageError(`there is no story "${wanted ?? ""}"; there are ${storyNames.join(", ")}`);
  return story;
};

export const demo: Command = {
  usage: "demo [--story NAME] [--approve|--reject] [--once]",
  summary: "plays an incident end to end on a recorded cluster: no key, no cluster, no Docker",
  help: () =>
    [
      `  --story NAME   ${storyNames.join(", ")} (default: ${storyNames[0]})`,
      "  --approve      answers yes when the walk asks; --reject answers no; else it asks on the terminal",
      "  --once         ends when the story is over, instead of leaving the server up",
    ].join("\n"),
  run: (args) => runDemo({ story: storyFrom(args), answer: answerFrom(args), once: args.includes("--once") }),
};
