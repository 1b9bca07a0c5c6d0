import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { openAiEmbeddings } from "../../src/adapters/embeddings-openai.ts";

interface Asked {
  model: string;
  input: string[];
  encoding_format: string;
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A loopback server that speaks the format; `answer` gets what was asked and gives status and body. */
const serve = async (answer: (asked: Asked) => [number, unknown]) => {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      const body = JSON.parse(text);
      asked.push(body);
      const [status, reply] = answer(body);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(reply));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return { asked, embedder: openAiEmbeddings({ name: "openai:mini", apiKey: "k", baseUrl, deadlineMs: 2_000 }) };
};

const vectorOf = (text: string): number[] => [text.length, 1, 0.5];
const encoded = (vector: number[]): string => Buffer.from(new Float32Array(vector).buffer).toString("base64");
const dataOf = ({ input, encoding_format: format }: Asked) =>
  input
    .map((text, index) => ({ index, embedding: format === "base64" ? encoded(vectorOf(text)) : vectorOf(text) }))
    .reverse();

test("asks in batches and puts the vectors in the order of the texts", async () => {
  const { asked, embedder } = await serve((body) => [200, { data: dataOf(body) }]);
  const texts = Array.from({ length: 20 }, (_, at) => "x".repeat(at + 1));

  const vectors = await embedder.embed(texts);

  expect(vectors).toEqual(texts.map(vectorOf));
  expect(asked.map(({ input }) => input.length)).toEqual([16, 4]);
  expect(asked[0]).toMatchObject({ model: "mini", encoding_format: "base64" });
});

test("takes numbers from a server that ignores the format, and asks for them where it refuses it", async () => {
  const ignoring = await serve((body) => [200, { data: dataOf({ ...body, encoding_format: "float" }) }]);
  const refusing = await serve((body) =>
    body.encoding_format === "base64" ? [400, { error: { message: "unknown format" } }] : [200, { data: dataOf(body) }],
  );

  expect(await ignoring.embedder.embed(["abc"])).toEqual([[3, 1, 0.5]]);
  expect(await refusing.embedder.embed(["abc"])).toEqual([[3, 1, 0.5]]);
  await refusing.embedder.embed(["abcd"]);
  expect(refusing.asked.map(({ encoding_format: format }) => format)).toEqual(["base64", "float", "float"]);
});

test.each([
  ["no vectors", [200, { data: "none" }]],
  ["too few", [200, { data: [] }]],
  [
    "of several lengths",
    [
      200,
      {
        data: [
          { index: 0, embedding: [1] },
          { index: 1, embedding: [1, 2] },
        ],
      },
    ],
  ],
  ["all zero", [200, { data: [{ embedding: [0, 0] }, { embedding: [1, 1] }] }]],
  ["too large to compare", [200, { data: [{ embedding: [1e30, 0] }, { embedding: [1, 1] }] }]],
  ["not finite", [200, { data: ["AACAfwAAAAA=", "AACAPwAAAAA="].map((embedding) => ({ embedding })) }]],
  ["an error", [500, { error: { message: "broken" } }]],
  ["busy", [429, { error: { message: "slow down" } }]],
] as const)("an answer that is %s is a refusal of the port", async (_, answer) => {
  const { embedder } = await serve(() => [...answer]);

  await expect(embedder.embed(["a", "b"])).rejects.toThrow(/^embedder: /);
});

test("nobody there is a refusal of the port", async () => {
  const embedder = openAiEmbeddings({
    name: "openai:mini",
    apiKey: null,
    baseUrl: "http://127.0.0.1:9",
    deadlineMs: 2_000,
  });

  await expect(embedder.embed(["a"])).rejects.toThrow(/^embedder: POST \/embeddings failed/);
});
