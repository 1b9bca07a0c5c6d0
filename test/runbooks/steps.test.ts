import { expect, test } from "vitest";
import { parsePage } from "../../src/runbooks/parse.ts";
import { stepsOf } from "../../src/runbooks/steps.ts";

const steps = (text: string): string[] => stepsOf(parsePage({ path: "x.md", text: `# Web\n\n${text}\n` }));
const scale = "`kubectl -n shop scale deploy/web --replicas=3`";
const undo = "`kubectl -n shop rollout undo deploy/web`";

test("control: what a page advises is a step, in a list, in a fence and below a heading", () => {
  expect(steps(`## Do this\n\nFirst:\n\n1. ${undo}\n2. ${scale}`)).toEqual(["undo-rollout", "scale-workload"]);
  expect(steps(`Do this:\n\n\`\`\`sh\n${scale}\n\`\`\``)).toEqual(["scale-workload"]);
});

test.each([
  `## What not to do\n\n- ${scale}`,
  `## Do not\n- ${scale}`,
  `## What not to do\n\n### Under load\n\n- ${scale}\n\n**At night**\n\n- ${scale}`,
  `What you must never do\n----------------------\n\n### Under load\n\n- ${scale}`,
  `## Don’t\n\n1. ${scale}`,
  `Don’t use ${scale}`,
  `You shouldn't use ${scale}`,
  `One mustn’t run ${scale}`,
  `Never do this:\n\n- ${scale}\n\n- ${scale}`,
  `**Avoid:**\n- look\n  and ${scale}`,
  `Never do this:\n\n\`\`\`sh\n# the pods\n\n${scale}\n\`\`\``,
  `Never do this:\n${scale}`,
  `<!-- ${scale} -->\ntext`,
  `<!--\nold:\n\n${scale}\n-->`,
  `~~${scale}~~`,
  `scale-workload is forbidden here.`,
  `No kubectl scale by day.`,
  `Under load you must never\nuse ${scale}`,
  `Scaling by ${scale}\nis forbidden.`,
  `| Do | Don't |\n|---|---|\n| look | ${scale} |`,
  `## Anti-patterns\n\n${scale}`,
  `## Common mistakes\n\n### Scaling\n\n${scale}`,
  `## What made it worse last time\n\n${scale}`,
  `Niemals ${scale} ausführen`,
  `${scale} ist verboten`,
  `Ne jamais lancer ${scale}`,
  `Не запускайте ${scale}`,
  `禁止 ${scale}`,
])("what it advises against is none: %s", (text) => {
  expect(steps(text)).toEqual([]);
});

test.each([
  `## What not to do\n- ${scale}\n\n## Fix\n- ${undo}`,
  `## What not to do\n\n### Under load\n- ${scale}\n\n## Fix\n\n### By hand\n- ${undo}`,
  `## Pods do not start\n\n### Fix\n- ${undo}`,
  `Never do this:\n- ${scale}\n\nDo this:\n- ${undo}`,
  `Never do this:\n- ${scale}\nInstead:\n- ${undo}`,
  `Never do this:\n\n\`\`\`\n${scale}\n\`\`\`\n1. ${undo}`,
  `1. Never do this:\n   - ${scale}\n2. ${undo}`,
  `| Do | Don't |\n|---|---|\n| ${undo} | ${scale} |`,
  `Do not wait.\n${undo}`,
  `- Never wait\n- ${undo}`,
  `Never use ${scale}\n\n${undo}`,
  `~~${scale}~~ ${undo}`,
])("what it advises after a warning is one: %s", (text) => {
  expect(steps(text)).toEqual(["undo-rollout"]);
});

test("a word in what a command is piped to, or in the sentence after it, is no change", () => {
  expect(steps("`kubectl get pods | grep -v scale`")).toEqual([]);
  expect(steps("`kubectl get deploy` and read the scale")).toEqual([]);
  expect(steps(`\`kubectl get pods | head\`, then ${scale}`)).toEqual(["scale-workload"]);
});

test("limits are read however they are written", () => {
  expect(steps("`kubectl set resources deploy/web --limits cpu=1,memory=1Gi`")).toContain("raise-memory-limit");
  expect(steps("    kubectl -n shop set resources deploy/web -c web \\\n      --limits=memory=1Gi")).toEqual([
    "raise-memory-limit",
  ]);
});
