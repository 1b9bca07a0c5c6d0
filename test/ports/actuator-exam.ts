import { expect, test } from "vitest";
import type { Actuator, PatchWrite } from "../../src/ports/actuator.ts";

/** The subject stands before one Deployment `shop/web` of this uid and version, with two replicas. */
export const deployment = { uid: "u-1", resourceVersion: "7", replicas: 2 };

export const scaleTo = (replicas: number, resourceVersion = deployment.resourceVersion): PatchWrite => ({
  kind: "Deployment",
  namespace: "shop",
  name: "web",
  patch: [
    { op: "test", path: "/metadata/uid", value: deployment.uid },
    { op: "test", path: "/metadata/resourceVersion", value: resourceVersion },
    { op: "replace", path: "/spec/replicas", value: replicas },
  ],
});

/** What every Actuator must do. `replicas` looks at the world itself, not at what the actuator says. */
export const actuatorExam = (
  name: string,
  makeSubject: () => Promise<{ actuator: Actuator; replicas: () => number }>,
): void => {
  test(`${name} shows what a write would give and changes nothing`, async () => {
    const { actuator, replicas } = await makeSubject();

    const shown = await actuator.dryRun(scaleTo(3));

    expect(shown).toMatchObject({ kind: "applied", object: { spec: { replicas: 3 } } });
    expect(replicas()).toBe(2);
  });

  test(`${name} performs a write`, async () => {
    const { actuator, replicas } = await makeSubject();

    expect(await actuator.perform(scaleTo(3))).toMatchObject({ kind: "applied" });
    expect(replicas()).toBe(3);
  });

  test(`${name} says conflict when the object moved, and changes nothing`, async () => {
    const { actuator, replicas } = await makeSubject();

    expect(await actuator.perform(scaleTo(3, "6"))).toMatchObject({ kind: "conflict" });
    expect(replicas()).toBe(2);
  });

  test(`${name} says conflict when the object is gone`, async () => {
    const { actuator } = await makeSubject();

    expect(await actuator.perform({ ...scaleTo(3), name: "gone" })).toMatchObject({ kind: "conflict" });
  });

  test(`${name} says refused, with the reason, when the server does not want it`, async () => {
    const { actuator, replicas } = await makeSubject();

    const refused = await actuator.perform(scaleTo(-1));

    expect(refused).toMatchObject({ kind: "refused", message: expect.stringMatching(/greater than or equal to 0/) });
    expect(replicas()).toBe(2);
  });

  test(`${name} does not write without preconditions, nor redacted values`, async () => {
    const { actuator, replicas } = await makeSubject();
    const bare = { ...scaleTo(3), patch: scaleTo(3).patch.slice(1) };
    const redacted = [...scaleTo(3).patch, { op: "add" as const, path: "/spec/x", value: "[redacted:3f2a]" }];

    expect(await actuator.perform(bare)).toMatchObject({ kind: "refused" });
    expect(await actuator.perform({ ...bare, patch: redacted })).toMatchObject({ kind: "refused" });
    expect(replicas()).toBe(2);
  });
};
