import { asRead } from "./diagnose-letters.ts";

const verbs =
  `apply|create|delete|edit|exec|patch|replace|rollout|scale|set|drain|cordon|uncordon|annotate|label|run|cp|debug|taint|
install|upgrade|uninstall|rollback|destroy|sync|restart|stop`.replaceAll("\n", "");
const determiner =
  "(?:the|this|that|these|those|it|all|any|your|our|now|from|with|https?|kubectl|node|namespaces?|pods?|deployments?|tables?|databases?)";
const beginning = "(?:^|[.!?;]\\s+|\\b(?:please|simply|just|now|then)\\s+)";
const opening = "(?:^|[.!?:;,—–]\\s+|[\"'`“(]|\\b(?:please|simply|just|now|then)\\s+)";
const told =
  "\\b(?:(?:you|operators?|on-?call|sres?|someone|engineers?|people|one|we|owners?|admins?)\\s+(?:should|must|can|may|needs?\\s+to|ha(?:s|ve)\\s+to)|(?:safe|ok|okay|fine|recommended|advised|necessary)\\s+to)\\s+";

// What these tools are told to do, whatever it is; not what is said about them.
const aboutTools =
  "(?!(?:logs|events|ls|status)\\b)[a-z]+(?:s|ed)|in|of|on|at|to|from|for|with|within|without|by|as|and|or|but|nor|not|can|cannot|could|can't|did|had|will|would|must|may|might|should|are|were|that|which|when|while|where|because|before|after|during|until|since|via|than|itself|client|binary|command|image|container|chart|release|hook|operator|controller|job|pod";
// Said first in a sentence, these are an order, unless what follows makes them a noun.
const atOnce =
  "(?:reboot|wipe|re-?create|terminate|purge|flush|truncate|revert|force[- ]delete|remove|evict|uninstall|reinstall|redeploy|destroy|erase|turn\\s+(?:off|on)|shut\\s+down|switch\\s+off)";
const asNoun =
  "(?:of|in|at|on|by|and|or|to|for|with|during|after|before|is|was|are|were|has|had|did|does|fail(?:s|ed)|took|takes|requests?|calls?|events?|jobs?|tasks?|hooks?|operations?|commands?|errors?|signals?|permissions?|rights?|verbs?|commits?|timeouts?|loops?|cycles?|intervals?)";
const withObject =
  "(?:increase|raise|lower|decrease|reduce|add|change|update|upgrade|rotate|restore|reset|rebuild|clear|format|unset|enable|replace|rename|move|fix|create|destroy)\\s+(?:the|this|these|those|it|all|any|an?|your|our|its)";
const sentenceStart = "(?:^|[.!?;:—–]\\s+|\\b(?:please|simply)\\s+)";
const doing =
  "(?:(?:delet|remov|restart|reboot|wip|scal|dropp|drain|cordon|re-?creat|terminat|purg|flush|truncat|revert|disabl|increas|rais|kill|evict|patch|reinstall|redeploy|roll)ing\\b|(?:(?:an?|the)\\s+)?(?:deletion|removal|restart|reboot|rollback|wipe)\\b)";
const heals = "(?:fixes|resolves|cures|heals|solves|remedies)\\b";
const cure = "\\b(?:fix|cure|remedy|solution|workaround|way\\s+out|next\\s+step)\\b";

const notRun =
  "(?<!\\b(?:container|job|hook|script|pipeline|step|pod|probe|entrypoint)\\s+(?:runs|ran|calls|called|executes|executed)\\s+[\"'`]?)";
const notYet = "(?<!(?:\\b(?:not|never|nobody|no\\s+one)|n't)(?:\\s+(?:yet|been|being))*\\s+)";
const waitedFor = "(?<!\\b(?:wait(?:s|ed|ing)?\\s+(?:for|on)|await(?:s|ed|ing)?|lacks?)\\s+(?:(?:an?|the|its)\\s+)?)";
const takenBack =
  "(?!\\s+(?:to|for|on)\\s+(?:(?!(?:and|but|or)\\b)[\\w./-]+\\s+){1,5}(?:is|was|were|has\\s+been)\\s+(?:revoked|removed|withdrawn|lost)\\b)";
// Contact with the database, visit counts, the execute bit; and what a webhook's policy is called.
const noOrder =
  "(?!(?:contact\\s+(?:with|between)|(?:contact|visit|click)\\s+(?:counts?|rates?|numbers?|tracking)|execute\\s+(?:permissions?|bits?))(?=[\\s,;]|[.!?](?:\\s|$)|$))(?!(?<=\\bfailure\\s?policy:\\s+[\"'`]?)ignore(?:\\s+the\\s+webhook)?(?:[.,;)\"'`]|$))";

/** A claim says what is. Whoever reads it at night must find nothing in it to type, to follow or to lean on. */
const kinds: readonly (readonly [string, RegExp])[] = [
  // That a program of the cluster ran it is told.
  [
    "a command",
    new RegExp(
      `(?<![\\w.-])${notRun}(?:kubectl|k|oc|helm|argocd|flux|terraform|systemctl)\\s+(?:-|(?:${verbs})\\b)`,
      "i",
    ),
  ],
  // That something runs it is told.
  [
    "a command",
    new RegExp(
      `(?<![\\w.-])(?<!\\b(?:runs|ran|calls|called|executes|executed)\\s+["'\`]?)(?:kubectl|oc|helm)\\s+(?!(?:${aboutTools})\\b)[a-z]`,
      "i",
    ),
  ],
  [
    "a command",
    /\b(?:ssh|sudo|chmod|chown|rm|kill|pkill|eval|psql|git|docker|aws|gcloud)\s+(?:-{1,2}[a-zA-Z]|https?:|\/|\$|push\b|reset\b|exec\b)/,
  ],
  // That something runs it is told; who reads it is not to.
  [
    "a command",
    /(?<!\b(?:runs|ran|calls|called|executes|executed|(?:liveness|readiness|startup)\s+probe)\s+["'`]?)\b(?:curl|wget)\s+(?:-{1,2}[a-zA-Z]|https?:|\/|\$)/,
  ],
  [
    "a command",
    /(?<!\b(?:runs|ran|calls|called|executes|executed|(?:liveness|readiness|startup)\s+probe)\s+["'`]?)\b(?:bash|zsh|sh|python3?|node|perl)\s+(?:-{1,2}c\b|https?:|\$)/,
  ],
  [
    "a command",
    new RegExp(
      `${opening}(?:bash|zsh|sh|python3?|node|perl)\\s+(?:-{1,2}[a-zA-Z]|/)(?!\\S*\\s+(?:cannot|could|can't|does|did|is|was|has|exit(?:s|ed)|fail(?:s|ed)|end(?:s|ed)|crash(?:es|ed)|die[sd]|throws?|stop(?:s|ped))\\b)`,
    ),
  ],
  ["a command", /\$\(|&&|\|\s*(?:ba|z)?sh\b|;\s*rm\b/],
  [
    "an approval",
    new RegExp(
      `\\bpre-?approved\\b|${notYet}\\bapproved\\s*(?:[:!]|by\\b|for\\b|to\\b|already\\b)|${notYet}\\b(?:is|was|are|were|been|be|got|already|fully|has|have)\\s+approved\\b(?!,?\\s+but\\s+(?:never|not)\\b)|^\\s*approved\\b`,
      "i",
    ),
  ],
  [
    "an approval",
    /\bapproval\s+(?:is|was|has|granted|given|not)\b(?!\s+(?:still\s+|been\s+)?(?:pending|missing|outstanding|denied|refused|rejected)\b)|\b(?:no|with|per|under|got|has|have)\s+(?:\w+\s+)?approval\b(?!\s+pending\b)|\bapprove\s+(?:it|this|that|the|all|now)\b/i,
  ],
  [
    "an approval",
    new RegExp(
      `\\bauthori[sz]ed\\s+by\\b|\\bsigned[- ]off\\b|${waitedFor}\\bsign[- ]off\\b|\\blgtm\\b|\\bgo[- ]ahead\\b|\\bpermission\\s+(?:(?:is|was|has\\s+been)\\s+)?(?:given|granted)\\b${takenBack}|\\bchange\\s+ticket\\b`,
      "i",
    ),
  ],
  [
    "an order",
    new RegExp(
      `${opening}${noOrder}(?:execute|approve|ignore|escalate|disable|e-?mail|contact|click|visit|roll\\s+back|do\\s+not|don't)\\b`,
      "i",
    ),
  ],
  [
    "an order",
    new RegExp(
      `${beginning}delete\\b(?!\\s+(?:is|was|are|requests?|calls?|events?|of|permissions?|rights?|verbs?)\\b)`,
      "i",
    ),
  ],
  ["an order", new RegExp(`${sentenceStart}${atOnce}\\s+(?!${asNoun}\\b)[\\w"'\`/-]`, "i")],
  ["an order", new RegExp(`${sentenceStart}${withObject}\\b`, "i")],
  ["an order", new RegExp(`${sentenceStart}${doing}[^.!?;]{0,120}?\\b${heals}`, "i")],
  ["an order", new RegExp(`${cure}[^.!?;]{0,60}?(?:\\b(?:is|are|would\\s+be)|:)\\s+${doing}`, "i")],
  [
    "an order",
    /\bneeds?\s+(?:(?!(?:which|that|was|were|is|are|been|has|had|but|and)\b)[\w./-]+\s+){1,4}(?:deleted|removed|restarted|scaled|drained|dropped|rolled\s+back|disabled|killed)\b/i,
  ],
  [
    "an order",
    new RegExp(
      `${opening}(?:delete|run|apply|remove|drop|restart|scale|drain|cordon|skip|grant|call|page|paste|open|install|patch|edit|set|stop|kill|use)\\s+${determiner}\\b`,
      "i",
    ),
  ],
  [
    "an order",
    new RegExp(
      `${told}(?:run|execute|apply|delete|remove|drop|restart|scale|roll|drain|cordon|disable|ignore|skip|grant|approve|call|paste|click|open|visit|install|patch|edit|set|stop|kill|use)\\b`,
      "i",
    ),
  ],
];

/** What a model's own words read as, where they ask for something to be done or say that somebody agreed; null: they only tell. */
export const readsAs = (text: string): string | null => {
  const seen = asRead(text);
  return kinds.find(([, pattern]) => pattern.test(text) || pattern.test(seen))?.[0] ?? null;
};

/** Words of a model that nothing vouches for, without those that somebody might act on. */
export const onlyTelling = (text: string): string => {
  const what = readsAs(text);
  return what === null ? text : `[left out: it reads as ${what}]`;
};

/** Addresses, with or without a scheme. */
export const addresses =
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'`)]+|\bwww\.[^\s"'`)]+|\b(?:[a-z0-9-]+\.)+[a-z]{2,}\/[^\s"'`)]*/gi;
