import type {
  Condition,
  EndpointSlice,
  KubeEvent,
  KubeNode,
  KubeObject,
  Meta,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  PodSpec,
  ResourceQuota,
  Service,
  Workload,
} from "../../incident/kube.ts";
import type { HorizontalPodAutoscaler } from "../../incident/kube-autoscaler.ts";
import type { CronJob, Job } from "../../incident/kube-jobs.ts";

interface Ingress extends KubeObject {
  spec?: {
    ingressClassName?: string;
    defaultBackend?: IngressBackend;
    rules?: { host?: string; http?: { paths?: { path?: string; backend?: IngressBackend }[] } }[];
    tls?: { secretName?: string; hosts?: string[] }[];
  };
}

export interface IngressBackend {
  service?: { name?: string; port?: { number?: number; name?: string } };
}

interface NetworkPolicy extends KubeObject {
  spec?: {
    podSelector?: { matchLabels?: Record<string, string>; matchExpressions?: [] };
    policyTypes?: string[];
    egress?: { ports?: { port?: number | string; protocol?: string }[]; to?: unknown[] }[];
    ingress?: unknown[];
  };
}

export interface PersistentVolume extends KubeObject {
  spec?: { claimRef?: { namespace?: string; name?: string }; storageClassName?: string };
  status?: { phase?: string; message?: string };
}

interface StorageClass extends KubeObject {
  provisioner?: string;
  volumeBindingMode?: string;
}

export interface Namespaced extends KubeObject {
  status?: { phase?: string; conditions?: Condition[] };
}

interface ServiceAccount extends KubeObject {
  automountServiceAccountToken?: boolean;
}

export interface ControllerRevision extends KubeObject {
  revision?: number;
  data?: { spec?: { template?: { metadata?: Partial<Meta>; spec?: PodSpec } } };
}

/** What TypeScript may expect behind a kind's name. Kinds that are not here are read as bare objects. */
export interface KindMap {
  Pod: Pod;
  Event: KubeEvent;
  Service: Service;
  EndpointSlice: EndpointSlice;
  PersistentVolumeClaim: PersistentVolumeClaim;
  PersistentVolume: PersistentVolume;
  StorageClass: StorageClass;
  ResourceQuota: ResourceQuota;
  HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  PodDisruptionBudget: PodDisruptionBudget;
  Ingress: Ingress;
  ServiceAccount: ServiceAccount;
  NetworkPolicy: NetworkPolicy;
  Node: KubeNode;
  Namespace: Namespaced;
  Deployment: Workload;
  ReplicaSet: Workload;
  StatefulSet: Workload;
  DaemonSet: Workload;
  ControllerRevision: ControllerRevision;
  LimitRange: KubeObject;
  Job: Job;
  CronJob: CronJob;
}

export type KnownKind = keyof KindMap;
