import { shellWantsVariable } from "./missing.ts";
import type { Parser } from "./parser.ts";

/** Said once more at the end, without the reason that was said before. */
const afterword = /still could not bind\(\)/;

const line =
  (by: string, pattern: RegExp): Parser =>
  (lines) => {
    const found = lines.findLast((one) => pattern.test(one) && !afterword.test(one));
    const match = found === undefined ? null : pattern.exec(found);
    return found === undefined || !match
      ? null
      : {
          by,
          type: match.groups?.type ?? by,
          message: match.groups?.message ?? found,
          line: found,
          origin: match.groups?.origin ?? null,
        };
  };

/** Programs that say in one line why they do not start. Levels that mean "it goes on" are not among them. */
export const servers: readonly Parser[] = [
  line("nginx", /\[(?<type>emerg|alert)\] \d+#\d+: (?<message>.*?)(?: in (?<origin>\/\S+:\d+))?$/),
  line("nginx", /^nginx: \[(?<type>emerg)\] (?<message>.*?)(?: in (?<origin>\/\S+:\d+))?$/),
  line("postgres", /\b(?<type>FATAL|PANIC): \s*(?<message>.*)$/),
  line("mysql", /\[ERROR\] (?:\[\w+-\d+\] )?(?:\[\w+\] )?(?<message>.*)$/),
  line("redis", /^(?:\d+:[A-Z] .* # )(?<message>(?:Warning: Could not|Bad directive).*)$/),
  line("kafka", /\bFATAL (?<message>.*)$/),
  line("rabbitmq", /(?<message>(?:Failed to start RabbitMQ|init terminating in do_boot).*)$/),
  line("perl", /^(?<message>.+) at (?<origin>\S+\.(?:pl|pm|cgi|psgi) line \d+)\.$/),
  line("elasticsearch", /^(?<message>bootstrap check failure \[\d+\] of \[\d+\]: .*)$/),
  line("neo4j", /^(?<message>Invalid value for password\. .*)$/),
  line("cockroach", /^(?<message>(?:failed to start server: )?problem with \w+ certificate: .*)$/),
  line("gitea", /^\d{4}\/\d\d\/\d\d \S+ \S+\(\) \[(?<type>[FEC])\] (?<message>.*)$/),
  line(
    "log",
    /(?:^|[\s"[|=])(?<type>FATAL|CRITICAL|PANIC|fatal|panic|emerg|ERROR|error|Error)\b["\]]?[ :|,=\]]+(?<message>\S.*)$/,
  ),
  line(
    "shell",
    /^(?<message>\S+: (?:line \d+: )?[A-Za-z_]\w*: (?:parameter not set|parameter null or not set|unbound variable|.*(?:must be set|is required|not set).*))$/,
  ),
  line("shell", new RegExp(`^(?<message>${shellWantsVariable.source}.*)$`)),
];
