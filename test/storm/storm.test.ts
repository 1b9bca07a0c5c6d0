import { expect, onTestFinished, test } from "vitest";
import { freshDatabase } from "../support/database.ts";
import { type Row, type StormStage, stormStage, until } from "./stage.ts";
import { alertOn, alertOnNode, onDeadNode, town, withoutConfig, withoutImage } from "./town.ts";

const names = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${prefix}-${n}`);

const staged = async (namespaces: Parameters<typeof town>[0]): Promise<StormStage> => {
  const db = await freshDatabase();
  const stage = await stormStage(town(namespaces), db.url);
  onTestFinished(() => stage.close());
  return stage;
};

/** Every incident has gone as far as it goes without a person, and those that nobody holds are as wanted. */
const settled = (stage: StormStage, wanted: (rows: Row[]) => boolean) =>
  until(async () => {
    const rows = await stage.heads();
    const over = rows.every(({ status }) =>
      ["escalated", "resolved", "dismissed", "awaiting-approval"].includes(status),
    );
    return over && wanted(rows) ? rows : null;
  });

test("a dead node gathers its victims over two namespaces; unrelated ones stand for themselves", async () => {
  const [a, b, own] = [names("a", 8), names("b", 6), names("own", 4)];
  const stage = await staged({
    "town-a": a.map(onDeadNode),
    "town-b": b.map(onDeadNode),
    "town-c": own.map((name) => withoutImage(name)),
  });

  const victims = [...a.map((name) => ["town-a", name] as const), ...b.map((name) => ["town-b", name] as const)];
  await stage.send([
    ...victims.map(([namespace, name]) => alertOn(namespace, name, "KubePodNotReady")),
    ...own.map((name) => alertOn("town-c", name, "KubePodNotReady")),
    ...victims.map(([namespace, name]) => alertOn(namespace, name, "KubeDeploymentReplicasMismatch")),
  ]);
  await stage.send([alertOnNode()]);
  const rows = await settled(stage, (all) => all.length <= own.length + 3);

  const parent = rows.find(({ subject }) => subject.kind === "Node");
  const shown = await stage.show(parent?.id ?? "");
  expect(shown.diagnosis).toMatchObject({ kind: "cause", class: "node-not-ready" });
  const all = await stage.list();
  const children = all.filter(({ parentId }) => parentId === shown.id);
  expect(children.map(({ id }) => id).sort()).toEqual([...shown.childIds].sort());
  // What is said of the parent is said of them.
  expect(children.every(({ status, class: of }) => status === shown.status && of === "node-not-ready")).toBe(true);
  expect(all.length).toBe(1 + victims.length + own.length);
  const alone = rows.filter(({ subject }) => subject.kind === "Deployment" && subject.namespace !== "town-c");
  expect(children.length + alone.length).toBe(victims.length);
  expect(shown.alertCount).toBe(1 + 2 * children.length);
  const unrelated = rows.filter(({ subject }) => subject.namespace === "town-c");
  expect(unrelated.map(({ subject }) => subject.name).sort()).toEqual(own);
  expect(unrelated.every((one) => one.class === "image-not-found")).toBe(true);
}, 60_000);

test("one missing ConfigMap is one trouble; the same name in another namespace and another ConfigMap are not", async () => {
  const stage = await staged({
    shop: [withoutConfig("web", "settings"), withoutConfig("api", "settings"), withoutConfig("job", "others")],
    other: [withoutConfig("web", "settings")],
  });

  await stage.send([alertOn("shop", "web", "KubePodNotReady")]);
  await settled(stage, (all) => all.length === 1);
  await stage.send([
    alertOn("shop", "api", "KubePodNotReady"),
    alertOn("shop", "job", "KubePodNotReady"),
    alertOn("other", "web", "KubePodNotReady"),
  ]);
  const rows = await settled(stage, (all) => all.length === 3);

  const lead = rows.find(({ subject }) => subject.namespace === "shop" && subject.name === "web");
  const { childIds } = await stage.show(lead?.id ?? "");
  expect(childIds).toHaveLength(1);
  expect(await stage.show(childIds[0] ?? "")).toMatchObject({ parentId: lead?.id, subject: { name: "api" } });
  expect(await stage.list("&subject=api")).toMatchObject([{ id: childIds[0] }]);
}, 60_000);

test("when the parent is over, a child that is still sick is taken up again and one that is quiet ends", async () => {
  const image = "registry.example/shared:nope";
  const stage = await staged({ shop: ["web", "api", "cron"].map((name) => withoutImage(name, image)) });
  await stage.send([alertOn("shop", "web", "KubePodNotReady")]);
  const [lead] = await settled(stage, (all) => all.length === 1);
  await stage.send(["api", "cron"].map((name) => alertOn("shop", name, "KubePodNotReady")));
  const { childIds } = await until(async () => {
    const shown = await stage.show(lead?.id ?? "");
    return shown.childIds.length === 2 ? shown : null;
  });

  await stage.send([alertOn("shop", "cron", "KubePodNotReady", { status: "resolved" })]);
  await stage.send([alertOn("shop", "web", "KubePodNotReady", { status: "resolved" })]);
  const rows = await settled(stage, (all) => all.some(({ subject }) => subject.name === "api"));

  expect(rows.find(({ subject }) => subject.name === "api")).toMatchObject({ class: "image-not-found" });
  const ended = await Promise.all(childIds.map((id) => stage.show(id)));
  expect(ended.find(({ subject }) => subject.name === "cron")).toMatchObject({
    status: "dismissed",
    parentId: lead?.id,
  });
}, 60_000);

test("flapping opens the incident again instead of another", async () => {
  const stage = await staged({ shop: [withoutImage("web")] });
  const firing = (startsAt: string) => alertOn("shop", "web", "KubePodNotReady", { startsAt });
  const [first = ""] = await stage.send([firing("2026-11-22T14:30:00Z")]);
  await settled(stage, (all) => all.length === 1);
  await stage.send([{ ...firing("2026-11-22T14:30:00Z"), status: "resolved" }]);
  await until(async () =>
    (await stage.get<{ closedAt: string | null }>(`/api/incidents/${first}`)).closedAt ? true : null,
  );

  expect(await stage.send([firing("2026-11-22T14:50:00Z")])).toEqual([first]);

  const [again] = await settled(stage, (all) => all.length === 1);
  expect(again).toMatchObject({ id: first, class: "image-not-found" });
  expect(await stage.send([firing("2026-11-22T14:30:00Z")])).toEqual([first]);
  const { items } = await stage.get<{ items: { actor: string; text: string }[] }>(`/api/incidents/${first}/timeline`);
  expect(items.filter(({ text }) => text.startsWith("reopened"))).toHaveLength(1);
  expect(items.filter(({ actor }) => actor === "report")).toHaveLength(2);
}, 60_000);
