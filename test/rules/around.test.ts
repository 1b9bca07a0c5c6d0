import { describe, expect, test } from "vitest";
import type { Cause, Finding } from "../../src/incident/diagnosis.ts";
import { actor } from "../../src/rules/around/remarks.ts";
import { diagnoseByRules } from "../../src/rules/index.ts";
import { worldOf } from "../../src/rules/world/world.ts";
import { alertNamed } from "./alert-named.ts";
import { recorded } from "./recorded.ts";

const world = recorded("aspen");

const causeOf = (name: string): Cause | null =>
  diagnoseByRules({
    evidence: world.evidence,
    subject: { kind: "Deployment", namespace: world.namespace, name },
    alerts: [alertNamed("KubePodNotReady", world.now)],
    now: world.now,
  }).certain;

describe("who changed it, and when", () => {
  test("a limit that was lowered: by which manager, from what to what, in which revision", () => {
    expect(causeOf("ledger")?.statement).toMatch(
      /Changed last: revision 2 of ledger rolled out by kubectl-set: app: memory limit 256Mi → 64Mi, \d+ minutes ago\./,
    );
  });

  test("a rollout whose pods came only when the last old one was gone still has its writer, and is told once", () => {
    const cause = causeOf("pricing");

    expect(cause?.statement).toContain("revision 2 of pricing rolled out by kubectl-set");
    expect(cause?.statement).toContain("(change cause: “release 42 by ana”)");
    expect(cause?.changes.filter(({ what }) => what.includes("(template)"))).toEqual([]);
  });

  test("of a scaling to nothing the API server keeps no writer: the controller's event tells when, and that is said", () => {
    for (const name of ["stock", "quiet"])
      expect(causeOf(name)?.statement).toMatch(
        new RegExp(
          `Changed last: ${name} scaled to 0 \\(Scaled down replica set .* from 1 to 0\\), by whom the cluster`,
        ),
      );
  });
});

describe("what was changed last", () => {
  const at = new Date(Date.parse(world.now) - 60_000).toISOString();
  const ref = (name: string) => ({ kind: "Deployment", namespace: "x", name });
  const told = (object: string, changed: string, parts: string) =>
    actor(worldOf([], world.now), { class: "image-not-found", object: ref(object) } as Finding, [
      { at, what: `${changed} changed: image-thing`, evidence: "e", of: ref(changed), parts },
    ])?.words;

  test("is told of the object itself and of a part that may have led there", () => {
    expect(told("image-resizer", "image-resizer", "image")).toContain("Changed last: ");
  });

  test("names prove nothing: neither one that holds the other, nor one that is called like a part", () => {
    expect(told("orders", "orders-front", "image")).toBeUndefined();
    expect(told("image-resizer", "image-resizer", "scaled")).toBeUndefined();
    expect(told("image-resizer", "image-resizer", "env added")).toBeUndefined();
  });
});

describe("how wide it is", () => {
  test.each(["cart", "checkout", "pricing"])("%s: one cause takes both of its victims along", (name) => {
    const cause = causeOf(name);

    expect([cause?.class, cause?.object.name, cause?.scope]).toEqual(["image-not-found", "pricing", "widespread"]);
    expect(cause?.related.map((one) => one.name).sort()).toEqual(["cart", "checkout"]);
  });

  test("what troubles nobody else is isolated", () => {
    expect(causeOf("ledger")?.scope).toBe("isolated");
  });

  test("an alert on a victim is told as that", () => {
    expect(causeOf("cart")?.statement).toContain(
      "was raised for Deployment/cart in aspen, which only suffers from it.",
    );
  });
});
