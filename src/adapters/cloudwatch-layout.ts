import type { Whose } from "./envelope.ts";

/** …<pod>_<namespace>_<container>-<id>.log, as the files of /var/log/containers are called: Fluent Bit, fluentd, Fargate. */
const ofFile = /(?:^|[./])([a-z0-9][a-z0-9.-]*)_([a-z0-9][a-z0-9-]*)_([a-z0-9][a-z0-9-]*)-[0-9a-f]{6,64}(?:\.log)?$/;

export const whoseStream = (stream: string): Whose => {
  const [, file, namespace = null, container = null] = ofFile.exec(stream) ?? [];
  // A node's name and a path may stand before it, joined by dots, which a pod's name may hold, too.
  const pod = file?.split("var.log.containers.").at(-1) ?? null;
  return { namespace, pod, container };
};

/** Whether a name stands in the text as a whole: web-1 is not in web-10. */
export const names = (text: string, name: string): boolean => {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const around = `${text[at - 1] ?? " "}${text[at + name.length] ?? " "}`;
    if (!/[a-zA-Z0-9]/.test(around) && text[at + name.length] !== "-") return true;
  }
  return false;
};

export interface Wanted {
  namespace: string;
  pod: string;
  container: string | null;
}

/** Whether a stream holds this pod's log, by its name; what the name does not tell is no objection. */
export const isStreamOf = (stream: string, { namespace, pod, container }: Wanted): boolean => {
  const whose = whoseStream(stream);
  if (whose.pod !== null && whose.namespace !== null) {
    const own = whose.pod === pod || whose.pod.endsWith(`.${pod}`);
    return own && whose.namespace === namespace && (container === null || whose.container === container);
  }
  return names(stream, pod);
};

/** Container Insights calls its groups after the cluster; EKS's kubeconfig calls the cluster by its ARN. */
export const groupFor = (configured: string, cluster: string): string => {
  const name = cluster.replace(/^arn:aws[\w-]*:eks:[^/]*\//, "");
  return configured === "container-insights" ? `/aws/containerinsights/${name}/application` : configured;
};
