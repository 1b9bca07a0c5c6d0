const dnsName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const podName = /^[a-z0-9][-a-z0-9]*-[a-z0-9]{5}$/;
const severities = /^(critical|warning|info)$/;

/** Labels read off a title such as `[FIRING:3] KubePodCrashLooping shop (api critical)`. Guesses, nothing more. */
export const titleHints = (title: string): Record<string, string> => {
  const [, group = "", others = ""] = /^(?:\[[A-Z]+(?::\d+)?\]\s*)?([^(]*)(?:\(([^)]*)\))?/.exec(title) ?? [];
  const [alertname, namespace] = group.trim().split(/\s+/);
  const rest = others.split(/\s+/);
  const pod = rest.find((word) => podName.test(word) && /-[a-z0-9]{6,10}-[a-z0-9]{5}$/.test(word));
  const severity = rest.find((word) => severities.test(word));
  return {
    ...(alertname ? { alertname } : {}),
    ...(namespace && dnsName.test(namespace) ? { namespace } : {}),
    ...(pod ? { pod } : {}),
    ...(severity ? { severity } : {}),
  };
};
