import { text } from "node:stream/consumers";
import { type Loopback, startLoopback } from "./loopback.ts";

export const demoChannel = "C0ONCALL";

/** The part of Slack's Web API that Nightshift uses, on loopback, for the demo. */
export const startLoopbackSlack = (): Promise<Loopback> => {
  let posted = 0;
  return startLoopback(async (request) => {
    const form = new URLSearchParams(await text(request));
    if (request.url === "/chat.postMessage") posted += 1;
    else if (request.url !== "/chat.update") return [200, { ok: false, error: "unknown_method" }];
    const ts = form.get("ts") ?? `1700000000.${String(posted).padStart(6, "0")}`;
    return [200, { ok: true, channel: form.get("channel"), ts }];
  });
};
