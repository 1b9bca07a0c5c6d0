import { expect, test } from "vitest";
import type { KubeObject } from "../../src/incident/kube.ts";
import { crowd } from "../../src/intake/crowd.ts";

const pod = (name: string): KubeObject => ({ apiVersion: "v1", kind: "Pod", metadata: { name, uid: `uid-${name}` } });
const names = Array.from({ length: 40 }, (_, n) => `p${n}`);

const asking = (list: () => Promise<KubeObject[]>) => {
  const asked: string[] = [];
  let now = 0;
  const get = crowd({
    get: async (_kind, namespace, name) => {
      asked.push(`${namespace}/${name}`);
      return pod(name);
    },
    list: async (kind, namespace) => {
      asked.push(`all ${kind} of ${namespace}`);
      return list();
    },
    now: () => now,
  });
  const ask = (of: readonly string[], namespace: string | null = "shop") =>
    Promise.all(of.map((name) => get("Pod", namespace, name, new AbortController().signal)));
  return { asked, ask, pass: (ms: number) => (now += ms) };
};

test("a crowd of one namespace is asked for by one list, a few one by one", async () => {
  const { asked, ask } = asking(async () => names.map(pod));
  await ask(names.slice(0, 5));
  expect(asked).toHaveLength(5);
  expect((await ask(names)).map((one) => one?.metadata.name)).toEqual(names);
  expect(asked.slice(5)).toEqual(["all Pod of shop"]);
  await ask(["p1"], "other");
  expect(asked.at(-1)).toBe("other/p1");
});

test("control: spread over time nobody is a crowd, and a list is not believed for long", async () => {
  const { asked, ask, pass } = asking(async () => names.map(pod));
  for (const name of names.slice(0, 20)) {
    await ask([name]);
    pass(500);
  }
  expect(asked.every((one) => one.startsWith("shop/"))).toBe(true);
  await ask(names);
  pass(2_000);
  await ask(names);
  expect(asked.filter((one) => one.startsWith("all"))).toHaveLength(2);
});

test("who is not in the list is asked for alone, and so are all where no list comes", async () => {
  const half = asking(async () => names.slice(0, 39).map(pod));
  await half.ask(names);
  expect((await half.ask(["p39"]))[0]?.metadata.name).toBe("p39");
  expect(half.asked.at(-1)).toBe("shop/p39");
  const none = asking(() => Promise.reject(new Error("slow")));
  expect((await none.ask(names)).map((one) => one?.metadata.name)).toEqual(names);
});
