import { chatThrough } from "../../src/adapters/chat-asked.ts";
import { openAi } from "../../src/adapters/chat-openai.ts";
import { type Incident, newIncident } from "../../src/incident/incident.ts";
import { type Budget, defaultBudget } from "../../src/nodes/budget.ts";
import { type DiagnoseByRules, diagnose } from "../../src/nodes/diagnose.ts";
import { gather } from "../../src/nodes/gather.ts";
import type { Model } from "../../src/ports/model.ts";
import { tiered } from "../../src/ports/tiered.ts";
import { type Heard, startFakeOpenAi, type Turn } from "./fake-openai.ts";
import { emptyBookshelf, memoryArchive } from "./memory-ports.ts";
import { playStories, readsFrom, recordedNow } from "./recorded-cluster.ts";
import { wallClock } from "./wall-clock.ts";

const subject = { kind: "Deployment", namespace: "payments", name: "payments-api", cluster: "test", guessed: false };
const nothingKnown: DiagnoseByRules = () => ({ certain: null, candidates: [], wants: [] });

/** A recorded crash loop, swept; only its rules are silent, so that the model has to find the cause. */
export const openInvestigation = async (change?: Parameters<typeof playStories>[1]) => {
  const recorded = await playStories(["missing-setting"], change);
  const clock = { now: () => recordedNow };
  const archive = memoryArchive();
  const world = { cluster: readsFrom(recorded.url), metrics: null, bookshelf: emptyBookshelf, archive, clock };
  const opened = newIncident({
    id: "i1",
    subject,
    severity: "warning",
    openedAt: recordedNow.toISOString(),
    alerts: [],
  });
  const swept: Incident = { ...opened, ...(await gather(world)(opened)) };

  /** Walks diagnose and gather, as the graph does, until there is a diagnosis. */
  const play = async (
    turns: readonly Turn[],
    {
      deadlineMs = 5_000,
      budget = defaultBudget as Budget,
      rules = nothingKnown,
      triage = null as readonly Turn[] | null,
      wrap = (model: Model): Model => model,
    } = {},
  ) => {
    const [server, cheap] = [await startFakeOpenAi(turns), await startFakeOpenAi(triage ?? [])];
    const called = (name: string, baseURL: string) =>
      chatThrough(
        openAi,
        { model: name, apiKey: "k", baseURL, deadlineMs, busyMs: 1, prices: { nano: [1, 0.5, 10] } },
        wallClock,
      );
    const strong = called("gpt-5-mini", server.url);
    const model = wrap(triage === null ? strong : tiered(called("nano", cheap.url), strong));
    let incident = swept;
    try {
      for (let step = 0; incident.diagnosis === null && step < 20; step += 1) {
        incident = { ...incident, ...(await diagnose({ archive, clock, model }, budget, rules)(incident)) };
        if (incident.diagnosis === null) incident = { ...incident, ...(await gather(world)(incident)) };
      }
    } finally {
      server.close();
      cheap.close();
    }
    return { incident, diagnosis: incident.diagnosis, heard: server.heard, cheap: cheap.heard };
  };
  return { swept, archive, play, close: recorded.close };
};

export const promptOf = (heard: Heard | undefined): string =>
  heard?.messages.find(({ role }) => role === "user")?.content ?? "";

/** Id of the evidence that the prompt shows under this label. */
export const idIn = (heard: Heard, label: string): string =>
  new RegExp(`\\[(e[0-9a-f]{10})\\] ${label}`).exec(promptOf(heard))?.[1] ?? `no evidence "${label}"`;
