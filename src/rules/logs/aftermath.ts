import type { Plain } from "./plain.ts";

/** A step forward, as programs tell it: what was wrong before it did not stop them. */
const onward =
  /\b(?:connected|reconnected|established|recovered|restored|resumed|renewed|reachable|succeeded|started|ready|serving|listening|accepting|healthy)\b/i;
/** Said by a line that calls itself no error, as much. */
const onwardCalmly = /\b(?:success(?:ful(?:ly)?)?|running|done|completed?|finished|loaded|processed|handled|up)\b/i;
/** The same words, said of what did not come about, or of the way out. */
const backward =
  /\b(?:please|make sure|ensure|should|must|crash|dump|not|no|never|nothing|before|until|fail\w*|cannot|could|can't|unable|errors?|exception|refus\w*|denied|without|timed?[ -]?out|timeout|lost|disconnected|missing|invalid|shut\w*|stop\w*|exit\w*|clos\w*|terminat\w*|abort\w*|kill\w*|clean\w*|giv\w* up|back ?up|look\w* up|set up|wait\w*|retry\w*|retries|attempts?|hint|detail|see|when|while|if)\b|\?/i;
/** What an ending program does on its way out, or says between two tries. */
const neutral =
  /\b(?:retry\w*|retries|attempts?|tries|wait\w*|sleep\w*|back-?off|again|shut\w*|stop\w*|exit\w*|clos\w*|terminat\w*|cancel\w*|abort\w*|clean\w*|dispos\w*|releas\w*|flush\w*|dump\w*|report\w*|bye|quit\w*|kill\w*|signal|unload\w*|drain\w*|roll\w* ?back|unwind\w*|finali[sz]\w*|see|refer|help|usage|leav\w*|fail\w*|error)\b/i;
/** An error that says itself that it was lived with. */
const livedWith =
  /\b(?:using|use|taking|with) (?:the |a |its )?(?:default|built-?in|cached|fallback|in-memory)|fall(?:ing|s|en)? ?back|\bignor(?:ed|ing)\b|\bskipp(?:ed|ing)\b|\bcontinuing\b|non-?fatal|[,;(:–—-] *(?:[\w-]+ ){0,4}(?:disabled|turned off|dropped|discarded)\b|(?:->|=>|\.\.\.) *(?:ok(?:ay)?|pass(?:ed)?|success)\W*$|\b(?:going|doing|carrying on) without\b|\bdegraded mode\b/i;

/** Lines of a trace: names of functions and errors, which mean nothing by their words. */
const isPlace = (text: string): boolean =>
  /^\s|^goroutine \d|^[\w./*()[\]]+\(.*\)(?: |$)|^Caused by|^(?:[\w$]+[.:]+)*[\w$]*(?:Error|Exception)\b/.test(text);

const isStep = ({ text, severe }: Plain): boolean =>
  severe !== true &&
  !isPlace(text) &&
  (onward.test(text) || (severe === false && onwardCalmly.test(text))) &&
  !backward.test(text);

/** Said calmly, by a program that goes about its business. */
const isCalm = ({ text, severe }: Plain): boolean =>
  severe === false && !isPlace(text) && !neutral.test(text) && !backward.test(text);

/** The program lived on: it says so of the error itself, or told of its progress after it. */
export const livedOn = (error: string, later: readonly Plain[]): boolean => livedWith.test(error) || later.some(isStep);

/** As sure as that it may be the reason of a later, other error: nothing calm was said in between. */
export const leadsOn = (error: string, between: readonly Plain[]): boolean =>
  !livedOn(error, between) && !between.some(isCalm);

/** It had come to something else, or said only one more thing, when it ended. */
export const movedOn = (error: string, later: readonly Plain[]): boolean =>
  !leadsOn(error, later) ||
  later.some(({ text, severe }) => severe !== false && !isPlace(text) && text.trim() !== "" && !neutral.test(text));
