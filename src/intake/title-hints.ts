const dnsName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const podName = /^[a-z0-9][-a-z0-9]*-[a-z0-9]{5}$/;
const severities = /^(critical|warning|info)$/;

const spoken = /\b(namespace|deployment|statefulset|daemonset|pod)[ =:/]+([a-z0-9][-a-z0-9.]*)/gi;

/** What a title in plain words says of itself: "... in namespace shop deployment api". */
const spokenHints = (title: string): Record<string, string> => ({
  ...(/^[A-Za-z]\w*/.exec(title) ? { alertname: /^[A-Za-z]\w*/.exec(title)?.[0] ?? "" } : {}),
  ...Object.fromEntries([...title.matchAll(spoken)].map(([, label = "", name = ""]) => [label.toLowerCase(), name])),
});

/**
 * Labels read off a title such as Alertmanager's `[FIRING:3] KubePodCrashLooping shop (api critical)`. Guesses, nothing more;
 * a second word means a namespace only in that form.
 */
export const titleHints = (title: string): Record<string, string> => {
  const [, group, others = ""] = /^\[[A-Z]+(?::\d+)?\]\s*([^(]*)(?:\(([^)]*)\))?/.exec(title) ?? [];
  if (group === undefined) return spokenHints(title);
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
