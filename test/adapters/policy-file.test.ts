import { expect, test } from "vitest";
import { parsePolicy, readPolicyFile } from "../../src/adapters/policy-file.ts";

test("a policy file is read with its defaults", () => {
  expect(parsePolicy("mode: approve\nnamespaces:\n  payments: observe\n", "p.yaml")).toMatchObject({
    mode: "approve",
    namespaces: { payments: "observe" },
    memoryLimit: { maxFactor: 2, ceiling: "2Gi" },
    verify: { alertSilent: false },
  });
});

test.each(["", "\n", "# mode: auto\n"])("%j says nothing, and is an error rather than a silent default", (text) => {
  expect(() => parsePolicy(text, "p.yaml")).toThrow('write at least "mode: observe"');
});

test.each([
  ["mode: autto", "mode"],
  ["mod: auto", "mod"],
  ["mode: [", "p.yaml"],
  ["memoryLimit: {ceiling: lots}\nmode: x", "ceiling"],
  ["mode: auto\nmode: observe", "unique"],
  ["mode: auto\nrules:\n  - match: {verb: undo-rolout}\n    mode: observe\n", "fits no verb"],
  ["mode: auto\nnamespaces: {Payments: observe}", "fits no namespace"],
  ["mode: auto\nnamespaces: {'pay?': observe}", "fits no namespace"],
  ["mode: auto\nnamespaces: {'payments ': observe}", "fits no namespace"],
  ["mode: auto\nnamespaces: {__proto__: observe}", "__proto__"],
  ["mode: auto\nrules:\n  - match: {namespace: [shop, Pay_ments]}\n    mode: observe\n", "fits no namespace"],
  ["mode: *x", "reading the policy file p.yaml: Unresolved alias"],
  ["mode: !foo auto", "reading the policy file p.yaml: Unresolved tag"],
  ["verify: {times: {raise-memory-limits: {settleSeconds: 1}}}", "raise-memory-limits"],
  ["freeze:\n  - {days: [fry], from: '16:00', to: '18:00'}\n", 'expected one of "sun"'],
  ["freeze:\n  - {days: [fri], from: '16:00', to: 'late'}\n", "a time of day"],
  ["freeze:\n  - {from: 2026-12-27T00:00:00Z, to: 2026-12-24T00:00:00Z}\n", "is not after"],
  ["memoryLimit: {ceiling: 2000000K}", "no Kubernetes quantity"],
  ["memoryLimit: {ceiling: '0'}", "no Kubernetes quantity of at least 1Mi"],
  ["memoryLimit: {ceiling: '2'}", "no Kubernetes quantity of at least 1Mi"],
  ["cpuLimit: {ceiling: 2 cores}", "no Kubernetes quantity"],
  ["cpuLimit: {ceiling: '0'}", "at least 1m"],
  ["freeze:\n  - {days: [fri], from: '16:00', to: '18:00', timeZone: Europe/Berln}\n", "no time zone"],
  ["freeze:\n  - {days: [fri], from: '16:00', to: '18:00', timeZone: '+02:00'}\n", "no time zone"],
  ["mode: approve\nrules:\n  - people: 2\n    approvers: [ana]\n", "nobody could approve"],
])("%j stops with an error that names it", (text, named) => {
  expect(() => parsePolicy(text, "p.yaml")).toThrow(named);
});

test.each(["2000000k", "1.5Gi", "1Ti", "3e9", "2000M"])("%s is a ceiling of memory", (ceiling) => {
  expect(parsePolicy(`memoryLimit: {ceiling: ${JSON.stringify(ceiling)}}`, "p.yaml").memoryLimit.ceiling).toBe(ceiling);
});

test("namespaces are named by themselves, by globs, and cluster-scoped objects by the empty name", () => {
  const namespaces = { "": "observe", "pay*": "approve", shop: "auto", "*-canary": "observe" };
  const rules = [
    { match: { namespace: "" }, mode: "observe" },
    { match: { namespace: ["team-*"] }, mode: "observe" },
  ];
  expect(parsePolicy(JSON.stringify({ mode: "approve", namespaces, rules }), "p.yaml")).toMatchObject({ namespaces });
  expect(parsePolicy("namespaces: {shop: auto}", "p.yaml").namespaces).toEqual({ shop: "auto" });
});

test("a file that is not there is an error, not a default", async () => {
  await expect(readPolicyFile("/nowhere/policy.yaml")).rejects.toThrow("/nowhere/policy.yaml");
});
