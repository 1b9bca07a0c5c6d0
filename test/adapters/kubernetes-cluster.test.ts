import { afterEach, beforeEach, expect, test } from "vitest";
import { kubernetesClient } from "../../src/adapters/kubernetes-client.ts";
import { kubernetesCluster } from "../../src/adapters/kubernetes-cluster.ts";
import type { Cluster } from "../../src/ports/cluster.ts";
import { redactedCluster, redactor } from "../../src/ports/redacted.ts";
import { clusterExam, world } from "../ports/cluster-exam.ts";
import { logsExam, type SaidLine } from "../ports/logs-exam.ts";
import { kubeconfigFor } from "./kubeconfig.ts";
import { type Asked, json, type Script, type ScriptedServer, scriptedServer, status } from "./scripted-server.ts";

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer();
});
afterEach(() => server.close());

const open = (): Cluster =>
  kubernetesCluster(kubernetesClient({ kubeconfig: kubeconfigFor(server.url), context: null }), null);

const pageOfPods = ({ url }: Asked) => {
  const from = Number(url.searchParams.get("continue") ?? 0);
  const to = from + Number(url.searchParams.get("limit"));
  const items = world.objects.slice(from, to).map(({ apiVersion: _a, kind: _k, ...rest }) => rest);
  return {
    kind: "PodList",
    apiVersion: "v1",
    metadata: to < world.objects.length ? { continue: String(to) } : {},
    items,
  };
};

const honest: Script = (asked, response) => {
  const { pathname, searchParams } = asked.url;
  if (pathname === "/api/v1/namespaces/shop/pods") return json(response, 200, pageOfPods(asked));
  if (pathname === "/api/v1/namespaces/shop/configmaps") {
    return json(response, 200, { kind: "Table", rows: world.configMaps.map((name) => ({ cells: [name, 1, "5m"] })) });
  }
  if (pathname.endsWith("/log") && searchParams.get("previous")) {
    return status(response, 400, 'previous terminated container "web" in pod "web-1" not found');
  }
  if (pathname.endsWith("/log")) return void response.end(world.log);
  const found = world.objects.find(({ metadata }) => pathname === `/api/v1/namespaces/shop/pods/${metadata.name}`);
  return found ? json(response, 200, found) : status(response, 404, "not found");
};

clusterExam("the Kubernetes API", async () => {
  server.play(honest);
  return open();
});

/** As the kubelet writes it: a time without its last zeros. */
const kubeletLine = ({ at, text }: SaidLine): string =>
  `${new Date(Number(at.slice(0, -9)) * 1000).toISOString().slice(0, 19)}.${at.slice(-9)}Z ${text}\n`;

logsExam("the kubelet", async (lines) => {
  server.play(({ url: { pathname, searchParams } }, response) => {
    if (pathname !== "/api/v1/namespaces/shop/pods/web-1/log") return status(response, 404, "pods not found");
    response.end(
      lines
        .slice(-Number(searchParams.get("tailLines")))
        .map(kubeletLine)
        .join(""),
    );
  });
  return open();
});

const pods = { kind: "Pod", namespace: "shop", selector: "app=web", limit: 1000 } as const;
const log = { namespace: "shop", pod: "web-1", container: "web", previous: false, lines: 400 };

test("a list that expires under way begins again, once", async () => {
  let expired = false;
  server.play((asked, response) => {
    if (asked.url.searchParams.has("continue") && !expired) {
      expired = true;
      return status(response, 410, "The provided continue parameter is too old");
    }
    return json(response, 200, pageOfPods(asked));
  });

  const { objects } = await open().list(pods);

  expect(objects).toHaveLength(600);
  expect(server.asked.map(({ url }) => url.searchParams.get("continue"))).toEqual([null, "250", null, "250", "500"]);
  expect(server.asked[0]?.url.searchParams.get("labelSelector")).toBe("app=web");
});

test("a list that expires again and again is an error", async () => {
  server.play((asked, response) =>
    asked.url.searchParams.has("continue") ? status(response, 410, "too old") : json(response, 200, pageOfPods(asked)),
  );

  await expect(open().list(pods)).rejects.toMatchObject({ reason: "failed" });
});

test("a page too large to read is asked again in smaller pages", async () => {
  server.play((asked, response) =>
    Number(asked.url.searchParams.get("limit")) > 50
      ? void response.end("x".repeat(9 * 1024 * 1024))
      : json(response, 200, pageOfPods(asked)),
  );

  expect((await open().list({ ...pods, limit: 60 })).objects).toHaveLength(60);
});

test("names are asked for without content", async () => {
  server.play(honest);

  await open().names("ConfigMap", "shop");

  expect(server.asked[0]?.headers.accept).toMatch(/^application\/json;as=Table/);
  expect(server.asked[0]?.url.searchParams.get("includeObject")).toBe("None");
});

test("the content of a ConfigMap is never asked for", async () => {
  await expect(open().get("ConfigMap", "shop", "settings")).rejects.toMatchObject({ reason: "invalid" });
  await expect(open().list({ ...pods, kind: "ConfigMap" })).rejects.toMatchObject({ reason: "invalid" });
  expect(server.asked).toEqual([]);
});

test("a log is read further back than its last lines, and comes back short, its first error kept", async () => {
  const lines = ["starting\n", "FATAL config: DATABASE_URL is not set\n"];
  for (let n = 0; n < 9_000; n += 1) lines.push(`GET /healthz ${n} 200\n`);
  server.play(({ url: { searchParams } }, response) => {
    response.end(lines.slice(-Number(searchParams.get("tailLines"))).join(""));
  });

  const answer = await open().logs(log);

  expect(answer?.text).toContain("FATAL config: DATABASE_URL is not set\n");
  expect(answer?.text.endsWith(lines.at(-1) ?? "")).toBe(true);
  expect(answer?.text.split("\n").length).toBeLessThan(150);
  expect(answer?.truncated).toBe(false);
});

/** Blocks whose secret only another of their lines tells. */
const blocks: readonly (readonly string[])[] = [
  ["Enter settings", "password:", "  Kestrel9fjord", "ok"],
  ["config:", "  passwords:", "  - Kestrel9fjord", "  hosts:", "  - db"],
  ["kind: Secret", "metadata:", "  name: x", "stringData:", "  config: Kestrel9fjord"],
  ["AUTH LOGIN YXBw", "334 UGFzc3dvcmQ6", "S2VzdHJlbDlmam9yZA=="],
  ["> USER app", "> PASS Kestrel9fjord", "< 230 Login successful"],
  ['Content-Disposition: form-data; name="password"', "", "Kestrel9fjord", "------b1--"],
];

test("a secret that another line tells does not get through where that line is folded or left out", async () => {
  const chatter = (n: number): string[] => Array.from({ length: n }, (_, at) => `INFO request ${at} served`);
  const all = blocks.flatMap((block) =>
    [3, 20, 200].map((times) => Array.from({ length: times }, (_, n) => [...block, `ERROR job ${n} failed`]).flat()),
  );
  const logs = [...all.map((one) => [...one, ...chatter(150)]), ...blocks.map((one) => [...chatter(3000), ...one])];
  logs.push(...blocks.map((one) => [...chatter(3000), ...one, ...chatter(3000)]));
  let now: string[] = [];
  server.play((_asked, response) => {
    const stamped = now.map((line, at) => `2026-11-22T14:54:00.${String(at).padStart(9, "0")}Z ${line}\n`);
    response.end(stamped.join(""));
  });
  const clean = redactor("a key");

  for (now of logs) {
    const text = (await redactedCluster(open(), clean).logs(log))?.text ?? "";

    expect(text).not.toMatch(/Kestrel9fjord|S2VzdHJlbDlmam9yZA/);
    expect(text).toContain("[redacted:");
    expect(text.split("\n").length).toBeLessThan(250);
  }
  // The short log by itself no longer tells.
  [now] = logs as [string[]];
  expect(clean.text((await open().logs(log))?.text ?? "")).toContain("Kestrel9fjord");
});

test("of a log that is too long to read the end is asked for", async () => {
  const wide = `${"x".repeat(1023)}\n`.repeat(8 * 1024);
  server.play(({ url: { searchParams } }, response) => {
    if (searchParams.get("tailLines") === "400") return void response.end("the last words\n");
    for (let sent = 0; sent < 9; sent += 1) response.write(wide);
    response.end();
  });

  const answer = await open().logs(log);

  expect(answer).toEqual({ text: "the last words\n", truncated: true });
  expect(server.asked.map(({ url }) => url.searchParams.get("tailLines"))).toEqual(["10000", "400"]);
});

test("a log whose container or file was removed is no log, though the answer looks like one", async () => {
  const gone = [
    "unable to retrieve container logs for containerd://0a1b2c",
    'failed to try resolving symlinks in path "/var/log/pods/shop_web-1_u/web/6.log": lstat /var/log/pods/shop_web-1_u/web/6.log: no such file or directory',
  ];
  for (const words of gone) {
    server.play((_asked, response) => void response.end(words));
    expect(await open().logs(log)).toBeNull();
  }

  server.play((_asked, response) => void response.end(`the program says: ${gone[0]}\n`));
  expect((await open().logs(log))?.text).toContain("the program says");
});

test("why a container waits to start is told in the server's words", async () => {
  server.play((_asked, response) =>
    status(response, 400, 'container "web" in pod "web-1" is waiting to start: trying'),
  );

  await expect(open().logs(log)).rejects.toMatchObject({ reason: "invalid", message: /waiting to start: trying/ });
});

test("bytes that are no text become replacement characters", async () => {
  server.play((_asked, response) => void response.end(Buffer.from([0x61, 0xff, 0x00, 0x62, 0x0a])));

  expect((await open().logs(log))?.text).toBe("a\uFFFD\uFFFDb\n");
});

test("strings that no database stores are mended in objects", async () => {
  server.play(
    (_asked, response) =>
      void response.end(
        '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-1","labels":{"a":"x\\u0000\\ud800"}}}',
      ),
  );

  expect((await open().get("Pod", "shop", "web-1"))?.metadata.labels).toEqual({ a: "x\uFFFD\uFFFD" });
});

test("what is no Kubernetes object is not taken for one", async () => {
  server.play((_asked, response) => void response.end("<html>sign in</html>"));
  await expect(open().get("Pod", "shop", "web-1")).rejects.toMatchObject({ reason: "invalid", message: /address/ });

  server.play((_asked, response) => json(response, 200, { ok: true }));
  await expect(open().get("Pod", "shop", "web-1")).rejects.toMatchObject({ reason: "invalid" });
});
