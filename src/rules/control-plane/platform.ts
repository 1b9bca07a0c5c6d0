import type { Alert } from "../../incident/alert.ts";
import type { Finding } from "../../incident/diagnosis.ts";
import type { Evidence, Series } from "../../incident/evidence.ts";
import type { FaultClass } from "../../incident/fault-classes.ts";
import type { Question } from "../../incident/question.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { spanText } from "../finding.ts";
import type { World } from "../world/world.ts";

interface Gauge {
  class: FaultClass;
  query: string;
  /** Alerts of the kubernetes-mixin that this number explains. */
  alerts: RegExp;
  sick: (value: number) => boolean;
  words: (value: number) => string;
  disproof: string;
}

const week = 7 * 86_400;

const gauges: readonly Gauge[] = [
  {
    class: "platform-cert-expiring",
    query:
      "histogram_quantile(0.01, sum by (job, instance, le) (rate(apiserver_client_certificate_expiration_seconds_bucket[5m])))",
    alerts: /^KubeClientCertificateExpiration$/,
    sick: (left) => left > 0 && left < week,
    words: (left) =>
      `a client of the API server shows a certificate that is valid for only ${spanText(left * 1000)} more`,
    disproof: "the client shows a renewed certificate",
  },
  {
    class: "platform-cert-expiring",
    query: "min by (node) (kubelet_certificate_manager_client_ttl_seconds)",
    alerts: /^KubeletClientCertificateExpiration$/,
    sick: (left) => left < week,
    words: (left) => `the kubelet's client certificate is valid for only ${spanText(left * 1000)} more`,
    disproof: "the kubelet has rotated its certificate",
  },
  {
    class: "platform-cert-expiring",
    query: "min by (node) (kubelet_certificate_manager_server_ttl_seconds)",
    alerts: /^KubeletServerCertificateExpiration$/,
    sick: (left) => left < week,
    words: (left) => `the kubelet's serving certificate is valid for only ${spanText(left * 1000)} more`,
    disproof: "the kubelet has rotated its certificate",
  },
  {
    class: "api-server-overloaded",
    query:
      "sum by (cluster) (rate(apiserver_request_terminations_total[10m])) / (sum by (cluster) (rate(apiserver_request_total[10m])) + sum by (cluster) (rate(apiserver_request_terminations_total[10m])))",
    alerts: /^(KubeAPITerminatedRequests|KubeAPIErrorBudgetBurn)$/,
    sick: (share) => share > 0.2,
    words: (share) => `the API server gives up on ${Math.round(share * 100)} % of its requests`,
    disproof: "the share of requests it gives up on is below 20 %",
  },
];

/** What to measure when an alert speaks of the platform itself; no object tells it. */
export const platformQuestions = (alerts: readonly Alert[]): Question[] =>
  gauges
    .filter((gauge) => alerts.some(({ name }) => gauge.alerts.test(name)))
    .map(({ query }) => ({ ask: "metric", query, minutes: 0 }));

const objectOf = ({ labels }: Series): ObjectRef =>
  labels.node
    ? { kind: "Node", namespace: null, name: labels.node }
    : { kind: "Cluster", namespace: null, name: labels.cluster || "cluster" };

const read = ({ id, answer }: Evidence): Finding[] => {
  if (answer.kind !== "found" || answer.body.kind !== "series") return [];
  const { query, series } = answer.body;
  const gauge = gauges.find((one) => one.query === query);
  if (!gauge) return [];
  return series.flatMap((one): Finding[] => {
    const value = one.points.at(-1)?.[1];
    if (value === undefined || !gauge.sick(value)) return [];
    const who = [one.labels.job, one.labels.instance].filter(Boolean).join(" at ");
    return [
      {
        class: gauge.class,
        object: objectOf(one),
        statement: `${gauge.words(value)}${who ? ` (measured by ${who})` : ""}.`.replace(/^./, (letter) =>
          letter.toUpperCase(),
        ),
        evidence: [id],
        confidence: 0.9,
        disproof: gauge.disproof,
        related: [],
        wants: [],
      },
    ];
  });
};

/** The control plane and its certificates, by their own metrics. */
export const platform = (world: World): Finding[] => world.evidence.flatMap(read);
