import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cloudWatch } from "../../src/adapters/cloudwatch.ts";
import { groupFor } from "../../src/adapters/cloudwatch-layout.ts";
import { logsExam, saidAt, storeExam } from "../ports/logs-exam.ts";
import { stillClock } from "../support/memory-ports.ts";
import { type CloudWatchWorld, fakeCloudWatch, type Group, targetOf } from "./fake-cloudwatch.ts";
import { type ScriptedServer, scriptedServer } from "./scripted-server.ts";

let server: ScriptedServer;
beforeAll(async () => {
  server = await scriptedServer();
});
beforeEach(() => {
  server.asked.length = 0;
});
afterAll(() => server.close());

const clock = stillClock(new Date("2026-11-27T06:00:00Z"));
const group = "/aws/containerinsights/prod/application";
const opening = async (endpoint = server.url) => {
  const aws = await import("@aws-sdk/client-cloudwatch-logs");
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  return { aws, client: new CloudWatchLogsClient({ endpoint, region: "eu-west-1", credentials, maxAttempts: 3 }) };
};
const open = (world: Partial<CloudWatchWorld> & { streams?: Group } = {}, deadlineMs = 50_000) => {
  const { streams = {}, ...rest } = world;
  server.play(fakeCloudWatch({ groups: { [group]: streams }, ...rest }));
  return cloudWatch({ group, deadlineMs }, clock, opening);
};

const query = { namespace: "shop", pod: "web-1", container: "web", previous: false, lines: 500 };
const at = (n: number): number => Number(saidAt(n, "").at.slice(0, -6));
const insights = (pod: string, log: string, container = "web"): string =>
  JSON.stringify({
    log: `${log}\n`,
    stream: "stderr",
    kubernetes: { pod_name: pod, namespace_name: "shop", container_name: container },
  });
const streamOf = (pod: string, container = "web"): string =>
  `ip-10-0-1-2.ec2.internal-application.var.log.containers.${pod}_shop_${container}-0a1b2c3d4e5f.log`;
const called = (): string[] => server.asked.map(targetOf);

for (const exam of [logsExam, storeExam]) {
  exam(
    "CloudWatch Logs",
    async (lines) =>
      open({
        streams: {
          [streamOf("web-1")]: lines.map((line) => ({
            timestamp: Number(line.at.slice(0, -6)),
            message: insights("web-1", line.text),
          })),
        },
        page: 1_000,
      }),
    "ms",
  );
}

const one = (message: string) => [{ timestamp: at(1), message }];
const layouts: Record<string, { streams: Group; by: string }> = {
  "Container Insights": {
    by: "FilterLogEvents",
    streams: {
      [streamOf("web-1")]: one(insights("web-1", "told")),
      [streamOf("web-10")]: one(insights("web-10", "of another pod")),
      [streamOf("web-1", "proxy")]: one(insights("web-1", "of another container", "proxy")),
      "n1-application.var.log.containers.web-1_stage_web-0a1b2c3d4e5f.log": one("of another namespace"),
    },
  },
  "Fargate, lines as the container runtime writes them": {
    by: "FilterLogEvents",
    streams: {
      "from-fluent-bit-kube.var.log.containers.web-1_shop_web-0a1b2c3d4e5f.log": one(
        "2026-11-27T02:00:01.1Z stderr F told",
      ),
    },
  },
  "streams called after namespace and pod": {
    by: "FilterLogEvents",
    streams: { "shop/web-1": one("told"), "shop/web-10": one("of another pod") },
  },
  "one stream for a whole node, the pod in each line": {
    by: "StartQuery",
    streams: {
      "ip-10-0-1-2": [
        ...one(insights("web-1", "told")),
        ...one(insights("db-1", "told by a line of db that speaks of web-1")),
        ...one(insights("web-1", "of another container", "proxy")),
      ],
    },
  },
  "OpenTelemetry's names in each line": {
    by: "StartQuery",
    streams: {
      otel: one(
        JSON.stringify({
          body: "told",
          resource: { "k8s.pod.name": "web-1", "k8s.namespace.name": "shop", "k8s.container.name": "web" },
        }),
      ),
    },
  },
};

describe("finds the pod in", () => {
  for (const [name, { streams, by }] of Object.entries(layouts)) {
    test(name, async () => {
      const log = await open({ streams }).logs(query);

      expect(log?.text).toMatch(/^\S+Z told\n$/);
      expect(called()).toContain(by);
      expect(log?.command).toMatch(by === "StartQuery" ? /^aws logs start-query/ : /^aws logs filter-log-events/);
    });
  }
});

test("JSON that the program itself says stays as it was said", async () => {
  const said = '{"level":"error","message":"boom","log":"x"}';

  expect((await open({ streams: { "shop/web-1": one(said) } }).logs(query))?.text).toContain(said);
});

test("of a log of many pages the end is read first", async () => {
  const events = Array.from({ length: 3_000 }, (_, n) => ({ timestamp: at(0) + n, message: `line ${n}` }));

  const log = await open({ streams: { "shop/web-1": events }, page: 100 }).logs(query);

  expect(log?.text.endsWith(" line 2999\n")).toBe(true);
  expect(log?.truncated).toBe(true);
  expect(called().filter((one) => one === "FilterLogEvents")).toHaveLength(16);
});

test("without the right to list streams Insights is asked", async () => {
  const refuse = (target: string) =>
    target === "DescribeLogStreams" ? { type: "AccessDeniedException", message: "no" } : undefined;

  expect((await open({ streams: layouts["Container Insights"]?.streams ?? {}, refuse }).logs(query))?.text).toContain(
    "told",
  );
  expect(called()).toContain("StartQuery");
});

test("a query whose asker gives up is stopped", async () => {
  const giveUp = new AbortController();
  const asked = open({ hangs: true }).logs(query, giveUp.signal);
  await expect.poll(called, { timeout: 30_000 }).toContain("GetQueryResults");
  giveUp.abort();

  await expect(asked).rejects.toMatchObject({ reason: "timeout" });
  expect(called().at(-1)).toBe("StopQuery");
});

test("a query whose asker gives up before it has begun is stopped as soon as it has an id", async () => {
  const [begin, giveUp] = [Promise.withResolvers<void>(), new AbortController()];
  const fake = fakeCloudWatch({ groups: { [group]: {} } });
  server.play((asked, response) => {
    if (targetOf(asked) === "StartQuery") void begin.promise.then(() => void fake(asked, response));
    else void fake(asked, response);
  });
  const asked = cloudWatch({ group }, clock, opening).logs(query, giveUp.signal);
  await expect.poll(called, { timeout: 30_000 }).toContain("StartQuery");
  giveUp.abort();
  await expect(asked).rejects.toMatchObject({ reason: "timeout" });
  expect(called()).not.toContain("StopQuery");

  begin.resolve();

  await expect.poll(() => called().at(-1), { timeout: 30_000 }).toBe("StopQuery");
});

test("control: a query that ended is not stopped", async () => {
  await open({ streams: {} }).logs(query);

  expect(called()).toEqual(["DescribeLogStreams", "StartQuery", "GetQueryResults"]);
});

describe("errors say what to do", () => {
  test("a group that does not exist", async () => {
    server.play(fakeCloudWatch({ groups: {} }));

    await expect(cloudWatch({ group }, clock, opening).logs(query)).rejects.toMatchObject({
      reason: "invalid",
      message:
        /group \/aws\/containerinsights\/prod\/application: ResourceNotFoundException: .* are CLOUDWATCH_LOG_GROUP and AWS_REGION right\?/,
    });
  });

  const cases: [string, string, string, RegExp][] = [
    [
      "a right that is missing",
      "AccessDeniedException",
      "forbidden",
      /it needs logs:DescribeLogStreams, FilterLogEvents/,
    ],
    ["credentials that have expired", "ExpiredTokenException", "unauthorized", /have expired/],
    ["too many requests", "ThrottlingException", "rate-limited", /ThrottlingException/],
  ];
  for (const [name, type, reason, message] of cases) {
    test(name, async () => {
      const port = open({ refuse: () => ({ type, message: "no" }) });

      await expect(port.logs(query)).rejects.toMatchObject({ reason, message });
    });
  }

  test("nobody there", async () => {
    const port = cloudWatch({ group }, clock, () => opening("http://127.0.0.1:9"));

    await expect(port.logs(query)).rejects.toMatchObject({ reason: "unreachable" });
  });
});

test("Container Insights calls its group after the cluster, however the kubeconfig calls that", () => {
  expect(groupFor("container-insights", "arn:aws:eks:eu-west-1:123456789012:cluster/prod")).toBe(group);
  expect(groupFor("container-insights", "prod")).toBe(group);
  expect(groupFor("/my/pods", "prod")).toBe("/my/pods");
});
