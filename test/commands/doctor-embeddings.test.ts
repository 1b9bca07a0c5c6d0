import { expect, test } from "vitest";
import { embeddingLine } from "../../src/commands/doctor-embeddings.ts";
import { readConfig } from "../../src/config.ts";
import { json, scriptedServer } from "../adapters/scripted-server.ts";

const found = (environment: Record<string, string>) => embeddingLine(readConfig(environment));
const asked = (url: string) => ({
  NIGHTSHIFT_EMBEDDING_MODEL: "openai:small",
  OPENAI_BASE_URL: url,
  OPENAI_API_KEY: "k",
});

const answering = async (vectors: number[][]) => {
  const server = await scriptedServer();
  server.play((_, response) =>
    json(response, 200, { data: vectors.map((embedding, index) => ({ index, embedding })) }),
  );
  return server;
};

test("an endpoint that answers is told with its model, its dimensions and its time", async () => {
  const server = await answering([
    [1, 0, 0],
    [0.9, 0.1, 0],
    [0, 1, 0],
  ]);

  const said = await found(asked(server.url));
  await server.close();

  expect(said).toMatchObject({ what: "embeddings", state: "ok" });
  expect(said.detail).toMatch(/^openai:small: 3 dimensions, \d+ ms for three texts; alike 0\.99, not alike 0\.00$/);
});

test("one whose vectors mean nothing is bad: everything is as near as everything", async () => {
  const server = await answering([
    [1, 0],
    [1, 0],
    [1, 0],
  ]);

  const said = await found(asked(server.url));
  await server.close();

  expect(said).toMatchObject({ state: "bad", detail: expect.stringContaining("does not tell what is alike") });
});

test("one that is down costs the meaning only, and says so; none is no fault", async () => {
  expect(await found(asked("http://127.0.0.1:9"))).toMatchObject({
    state: "bad",
    detail: expect.stringContaining("found by words only"),
  });
  expect(await found({})).toMatchObject({ state: "off" });
});
