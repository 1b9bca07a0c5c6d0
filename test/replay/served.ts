import { onTestFinished } from "vitest";
import { listen } from "../../src/server/listen.ts";
import { makeServer } from "../../src/server/server.ts";
import type { Night } from "./stage.ts";

/** The address of a server over the night, for as long as the test. */
export const served = async ({ responder, deps }: Night): Promise<string> => {
  const config = {
    NIGHTSHIFT_TOKENS: [],
    PAGERDUTY_WEBHOOK_SECRETS: [],
    ALERTMANAGER_TOKEN: [],
    GRAFANA_WEBHOOK_TOKEN: [],
  };
  const app = makeServer({ responder, config, clock: deps.world.clock, log: () => undefined });
  const door = await listen(app, "127.0.0.1", 0);
  onTestFinished(() => door.close());
  return door.url;
};
