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
/** How a step says which try it was that worked: no word against it. */
const tryNumber =
  /\b(?:after|on|at|in|by|with) (?:(?:the |an? |\d+ |second |third )*(?:attempts?|retry|retries|tries|try)\b(?: #?\d+)?|\d+(?:\.\d+)? ?(?:ms|s|sec\w*)\b)|\b(?:attempt|retry|try) #?\d+(?: ?(?:\/|of) ?\d+)?|\bretr(?:y|ies)\b(?= (?:worked|succeeded|was successful|ok\b))/gi;
/** Of a connection, or of what was tried. */
const again =
  /\b(?:connected|reconnected|connection (?:was |is )?(?:made|ok(?:ay)?|up)|established|recovered|restored|reachable|succeeded|worked|successful(?:ly)?)\b/i;
/** As programs tell that they were told to stop. */
const signalled =
  /\b(?:received|got|caught|handling|intercepted|trapped)\b.{0,30}\bSIG(?:TERM|INT)\b|\bSIG(?:TERM|INT)\b.{0,20}\b(?:received|caught)\b|\b(?:received|got|caught)\b.{0,20}\bsignal\b.{0,12}\b(?:15|terminated|term|interrupt)\b|\breceived (?:\w+ )?(?:shutdown|stop|termination|terminate) (?:signal|request)/i;

/** An error that says itself that it was lived with. */
const livedWith =
  /\b(?:using|use|taking|with) (?:the |a |its )?(?:default|built-?in|cached|fallback|in-memory)|fall(?:ing|s|en)? ?back|\bignor(?:ed|ing)\b|\bskipp(?:ed|ing)\b|\bcontinuing\b|non-?fatal|[,;(:–—-] *(?:[\w-]+ ){0,4}(?:disabled|turned off|dropped|discarded)\b|(?:->|=>|\.\.\.) *(?:ok(?:ay)?|pass(?:ed)?|success)\W*$|\b(?:going|doing|carrying on) without\b|\bdegraded mode\b/i;

/** Lines of a trace: names of functions and errors, which mean nothing by their words. */
const isPlace = (text: string): boolean =>
  /^\s|^\S+\.rb:\d+:in [`'][^']*'$|^goroutine \d|^[\w./*()[\]]+\(.*\)(?: |$)|^Caused by|^(?:[\w$]+[.:]+)*[\w$]*(?:Error|Exception)\b/.test(
    text,
  );

const isStep = ({ text, severe }: Plain): boolean =>
  severe !== true &&
  !isPlace(text) &&
  (onward.test(text) || again.test(text) || (severe === false && onwardCalmly.test(text))) &&
  !backward.test(text.replace(tryNumber, " "));

/** Said calmly, by a program that goes about its business. */
const isCalm = ({ text, severe }: Plain): boolean =>
  severe === false && !isPlace(text) && !neutral.test(text) && !backward.test(text);

/** The program lived on: it says so of the error itself, or told of its progress after it. */
export const livedOn = (error: string, later: readonly Plain[]): boolean => livedWith.test(error) || later.some(isStep);

export const saysHarmless = (error: string): boolean => livedWith.test(error);

/** How often it spoke calmly of other business. */
export const calmAfter = (later: readonly Plain[]): number => later.filter(isCalm).length;

/** It got over this very trouble, and not only on with something else. */
export const overcame = (later: readonly Plain[]): boolean => later.some((one) => isStep(one) && again.test(one.text));

/** The line by which a program says that it was told to stop. */
export const toldToStop = (lines: readonly string[]): string | null =>
  lines.slice(-20).findLast((line) => signalled.test(line.slice(0, 500))) ?? null;

/** As sure as that it may be the reason of a later, other error: nothing calm was said in between. */
export const leadsOn = (error: string, between: readonly Plain[]): boolean =>
  !livedOn(error, between) && !between.some(isCalm);

/** It had come to something else, or said only one more thing, when it ended. */
export const movedOn = (error: string, later: readonly Plain[]): boolean =>
  !leadsOn(error, later) ||
  later.some(({ text, severe }) => severe !== false && !isPlace(text) && text.trim() !== "" && !neutral.test(text));
