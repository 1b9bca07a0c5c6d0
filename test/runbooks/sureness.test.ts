import { expect, test } from "vitest";
import { meaningOf } from "../../src/runbooks/meaning.ts";
import { parsePages } from "../../src/runbooks/parse.ts";
import { bookshelf } from "../../src/runbooks/search.ts";
import { vectorsInMemory } from "../../src/runbooks/vectors-in-memory.ts";
import { asShipped } from "../support/lexicon.ts";

const keycloak = `# Sign-in goes round in circles

People enter the password and land on the login page of the app again. Cookies are dropped: a proxy does not send the
protocol. Keycloak logs \`cookie_not_found\`.`;
const locks = `# MySQL lock waits

Somebody holds rows and does not let go. Writers time out behind them.

### Stop it

Tell the owner of the batch job. Deadlocks by themselves are retried and need nothing.`;
const { pages } = parsePages([
  { path: "apps/keycloak.md", text: keycloak },
  { path: "data/mysql-locks.md", text: locks },
]);
const sureOf = async (words: string, options: Partial<Parameters<typeof bookshelf>[1]> = {}): Promise<string[]> =>
  (await bookshelf(pages, { ...asShipped, ...options }).search({ alerts: [], classes: [], words }, 3)).flatMap(
    ({ runbook, confident }) => (confident ? [runbook] : []),
  );

test("another word of the same stem beside everyday words makes no page sure", async () => {
  expect(await sureOf("people can no longer sign in, they land on the login page")).toContain("apps/keycloak.md");
  expect(await sureOf('xcodebuild: error: Signing for "App" requires a development team')).toEqual([]);
});

test("a page that does not know the product that is named is not sure by being near in meaning", async () => {
  const thoughts: [RegExp, number[]][] = [
    [/LOCK_ROW/, [0.5, 0.87, 0]],
    [/MySQL/, [1, 0, 0]],
    [/Sign-in/, [0, 0, 1]],
  ];
  const vectorOf = (text: string): number[] => thoughts.find(([about]) => about.test(text))?.[1] ?? [0, 1, 0];
  const embedder = { name: "test:locks", embed: async (texts: readonly string[]) => texts.map(vectorOf) };
  const meaning = meaningOf(pages, embedder, vectorsInMemory());
  await meaning.index();

  expect(await sureOf("UNABLE_TO_LOCK_ROW on the account of a writer", { meaning })).toContain("data/mysql-locks.md");
  expect(await sureOf("Salesforce: UNABLE_TO_LOCK_ROW on Account trigger", { meaning })).toEqual([]);
});

test("a page that names a ReplicaSet is no page about a document store", async () => {
  const text = "# Rollout of shop hangs\n\nThe old ReplicaSet keeps its pods until the new one is ready.";
  const shelf = bookshelf(parsePages([{ path: "k8s/rollout.md", text }]).pages, asShipped);
  const surely = async (words: string): Promise<boolean[]> =>
    (await shelf.search({ alerts: [], classes: [], words }, 3)).map(({ confident }) => confident);

  expect(await surely("the document store is slow")).not.toContain(true);
  expect(await surely("the old ReplicaSet keeps its pods")).toEqual([true]);
});
