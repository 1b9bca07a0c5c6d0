/** The time that the kubelet, and whoever answers in its place, puts before each line. */
export const stamp = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) /;

const trouble =
  /error\b|exception\b|\b(?:err|fatal|panic(?:ked)?|critical|severe|emerg)\b|traceback|refused|denied|forbidden|unauthori[sz]ed|cannot|can't|could ?not|unable|fail(?:ed|ure|ing)|killed|abort|not found|timed? ?out|no such|missing|invalid|unknown|unexpected|undefined|segfault|segmentation|out of memory|exhausted|ECONN|EADDR|ENOENT|EACCES|ENOTFOUND/i;
/** Levels that are no words: of pino and bunyan, klog, logrus and zerolog on a terminal, GELF, Ruby; and what .NET begins with. */
const level =
  /"level":(?:50|60)\b|"short_message":.*"level":[0-3]\b|^[EF]\d{4} \d\d:|^(?:ERRO|FATA|PANI)\[|\b(?:FTL|PNC)\b|^(?:fail|crit): |\b(?:lvl|level)=(?:eror|crit|alert)\b|\[(?:crit|alert)\]|"severity":"(?:ALERT|EMERGENCY)"|\bEMERGENCY\b|\bD?PANIC\b|^[EF], \[|\.rb:\d+:in [`']|\bAssertion\b/;
const harmless = /\b(?:0|no|without) (?:errors?|failures?)\b|\b(?:errors?|failed|failures?)["']?[=:] ?0\b/i;

export const tellsOfTrouble = (text: string): boolean =>
  level.test(text) || (trouble.test(text) && !harmless.test(text));

const starts = /\b(?:start(?:ing|ed|up)|boot(?:ing|ed)?|launch(?:ing|ed)?|initiali[sz](?:ing|ed)|listening)\b/i;

/** What a program says when its life begins, or a part of it does: too often rather than too seldom. */
export const tellsOfStart = (text: string): boolean => starts.test(text) && !tellsOfTrouble(text);
