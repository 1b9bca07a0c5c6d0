import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

interface Block {
  type: string;
  text?: { text: string };
  elements?: { type: string; text?: string | { text: string }; value?: string }[];
}

interface Message {
  channel: string;
  thread: string | null;
  /** It answers one and stands in the channel as well. */
  broadcast: boolean;
  blocks: Block[];
  text: string;
  edits: number;
  metadata: unknown;
}

/** What Slack refuses of a message (research: integrations 6.1); null: it takes it. */
export const whyRefused = (blocks: readonly Block[], said: string): string | null => {
  const texts = blocks.flatMap(({ text: own, elements = [] }) => [
    own?.text ?? "",
    ...elements.map((one) => (typeof one.text === "string" ? one.text : (one.text?.text ?? ""))),
  ]);
  if (blocks.length === 0 || blocks.length > 50) return "invalid_blocks";
  if (blocks.some(({ type, text: own }) => (own?.text.length ?? 1) > (type === "header" ? 150 : 3000)))
    return "invalid_blocks";
  if (blocks.some(({ text: own }) => own?.text === "")) return "invalid_blocks";
  if (blocks.some(({ type, elements = [] }) => elements.length > (type === "context" ? 10 : 25)))
    return "invalid_blocks";
  if (texts.reduce((sum, one) => sum + one.length, 0) > 9_600) return "msg_blocks_too_long";
  return said.length > 40_000 ? "msg_too_long" : null;
};

/** Messages of a workspace as people see them; a message that is taken away is gone. */
export const startFakeSlack = async () => {
  const messages = new Map<string, Message>();
  const called: string[] = [];
  let busy: { times: number; seconds: number } = { times: 0, seconds: 0 };
  let lost = { times: 0, meanwhile: () => {} };
  let onCall = (_method: string): void => {};
  let mayRead = true;
  let garbled: { times: number; said: string } = { times: 0, said: "" };
  let threadsAreHidden = false;
  let hangs = false;
  let readingIsBroken = false;
  let posted = 0;

  /** As one with `channels:history` reads a channel: what stands in it, and not what is said below that. */
  const history = (form: URLSearchParams, thread: string | null): object => {
    if (!mayRead) return { ok: false, error: "missing_scope" };
    const since = Number(form.get("oldest"));
    const isIn = (one: Message) => one.thread === thread || (thread === null && one.broadcast);
    // With the answers comes what they answer, however old.
    const isAsked = ([ts, one]: [string, Message]) => (isIn(one) && Number(ts) >= since) || ts === thread;
    // Which end of more than it may tell Slack begins at is not documented: the old one is the harder.
    const read = [...messages].filter(isAsked).slice(0, Number(form.get("limit")));
    return {
      ok: true,
      messages: read.map(([ts, { metadata, text: said, thread: thread_ts }]) => ({
        ts,
        ...(thread_ts === null ? {} : { thread_ts }),
        text: said,
        ...(form.get("include_all_metadata") === "true" ? { metadata } : {}),
      })),
    };
  };

  const update = (form: URLSearchParams, message: Omit<Message, "thread" | "broadcast" | "edits">): object => {
    const ts = form.get("ts") ?? "";
    const old = messages.get(ts);
    if (old === undefined) return { ok: false, error: "message_not_found" };
    const metadata = form.has("metadata") ? message.metadata : old.metadata;
    messages.set(ts, { ...old, ...message, metadata, edits: old.edits + 1 });
    return { ok: true, channel: message.channel, ts };
  };

  const post = (form: URLSearchParams, message: Omit<Message, "thread" | "broadcast" | "edits">): object => {
    const thread = form.get("thread_ts");
    // Of a reply it is not said what Slack does with one; ours go below what is none.
    const root = thread === null ? null : messages.get(thread);
    if (root === undefined || root?.thread) return { ok: false, error: "thread_not_found" };
    posted += 1;
    const ts = `${Math.floor(Date.now() / 1000)}.${String(posted).padStart(6, "0")}`;
    messages.set(ts, { ...message, thread, broadcast: form.get("reply_broadcast") === "true", edits: 0 });
    return { ok: true, channel: message.channel, ts };
  };

  const answer = (method: string, form: URLSearchParams): object => {
    if (method === "conversations.history") return history(form, null);
    if (method === "conversations.replies")
      return threadsAreHidden ? { ok: false, error: "thread_not_found" } : history(form, form.get("ts"));
    const blocks = JSON.parse(form.get("blocks") ?? "[]") as Block[];
    const said = form.get("text") ?? "";
    const refusal = whyRefused(blocks, said);
    if (refusal !== null) return { ok: false, error: refusal };
    const metadata = JSON.parse(form.get("metadata") ?? "null");
    const message = { channel: form.get("channel") ?? "", blocks, text: said, metadata };
    return method === "chat.update" ? update(form, message) : post(form, message);
  };

  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const method = (request.url ?? "").split("/").at(-1) ?? "";
    called.push(method);
    if (hangs) return;
    if (readingIsBroken && method.startsWith("conversations.")) {
      response.writeHead(500).end();
      return;
    }
    if (busy.times > 0) {
      busy = { ...busy, times: busy.times - 1 };
      response.writeHead(429, { "retry-after": String(busy.seconds) }).end();
      return;
    }
    onCall(method);
    const said = JSON.stringify(answer(method, form));
    if (lost.times > 0) {
      lost.times -= 1;
      lost.meanwhile();
      request.socket.destroy();
      return;
    }
    response.setHeader("content-type", "application/json");
    response.end(garbled.times-- > 0 ? garbled.said : said);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const ofThread = (thread: string | null) => [...messages].filter(([, one]) => one.thread === thread);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    called,
    cards: () => ofThread(null).map(([ts, message]) => ({ ts, ...message })),
    replies: (ts: string) => ofThread(ts).map(([, message]) => message),
    takeAway: (ts: string): void => {
      if (!messages.delete(ts)) throw new Error(`there is no message ${ts}`);
    },
    beBusy: (times: number, seconds: number): void => {
      busy = { times, seconds };
    },
    /** So many calls are done, and nobody hears of it: of what happens `meanwhile`, neither. */
    loseAnswers: (times: number, meanwhile = () => {}): void => {
      lost = { times, meanwhile };
    },
    /** What happens right before a call is done. */
    before: (happens: (method: string) => void): void => {
      onCall = happens;
    },
    /** So many calls are done, and something else than Slack's answer comes back. */
    garble: (times: number, said: string): void => {
      garbled = { times, said };
    },
    /** What others said in the channel so long ago. */
    fill: (count: number, secondsAgo: number, said = "somebody else"): void => {
      const before = [...messages];
      messages.clear();
      const second = Math.floor(Date.now() / 1000) - secondsAgo;
      for (let n = 0; n < count; n++) {
        const ts = `${second}.${String(n).padStart(6, "0")}`;
        messages.set(ts, {
          channel: "C1",
          thread: null,
          broadcast: false,
          blocks: [],
          text: said,
          edits: 0,
          metadata: null,
        });
      }
      for (const [ts, message] of before) messages.set(ts, message);
    },
    breakReading: (): void => {
      readingIsBroken = true;
    },
    hideThreads: (): void => {
      threadsAreHidden = true;
    },
    hang: (): void => {
      hangs = true;
    },
    /** The bot has no scope that reads the channel. */
    hideMessages: (): void => {
      mayRead = false;
    },
    close: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
    },
  };
};
