import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { RefusalReason } from "../incident/evidence.ts";
import { PortError } from "../ports/port-error.ts";
import { transportError } from "./transport-error.ts";

/** The vendor's package, loaded when it is first used: it is large, and most never ask. */
export type Aws = typeof import("@aws-sdk/client-cloudwatch-logs");
export interface Opened {
  aws: Aws;
  client: CloudWatchLogsClient;
}

/** Region, credentials and endpoint as the AWS tools find them: environment, profile, service account, instance. */
export const openAws = async (): Promise<Opened> => {
  const aws = await import("@aws-sdk/client-cloudwatch-logs");
  return { aws, client: new aws.CloudWatchLogsClient({ maxAttempts: 2 }) };
};

const reasons: Record<string, RefusalReason> = {
  ResourceNotFoundException: "invalid",
  InvalidParameterException: "invalid",
  MalformedQueryException: "invalid",
  AccessDeniedException: "forbidden",
  CredentialsProviderError: "unauthorized",
  UnrecognizedClientException: "unauthorized",
  InvalidSignatureException: "unauthorized",
  ExpiredTokenException: "unauthorized",
  ThrottlingException: "rate-limited",
  LimitExceededException: "rate-limited",
  ServiceUnavailableException: "failed",
};

const hints: Partial<Record<string, string>> = {
  ResourceNotFoundException: "; are CLOUDWATCH_LOG_GROUP and AWS_REGION right?",
  AccessDeniedException:
    "; it needs logs:DescribeLogStreams, FilterLogEvents, StartQuery, GetQueryResults and StopQuery",
  CredentialsProviderError: "; give it credentials as the AWS tools take them",
  ExpiredTokenException: "; the credentials have expired",
};

interface Asked {
  what: string;
  deadlineMs: number;
  deadline: AbortSignal;
  caller: AbortSignal | undefined;
}

/** What went wrong, in our words: who asked too long, what AWS refused and what to do about it. */
export const awsError = (error: unknown, { what, deadlineMs, deadline, caller }: Asked): PortError => {
  if (error instanceof PortError) return error;
  const { name = "", message = "" } = error instanceof Error ? error : {};
  if (message === "Region is missing") {
    return new PortError("logs", "invalid", `${what}: no AWS region is set; set AWS_REGION`, { cause: error });
  }
  const reason = deadline.aborted || caller?.aborted ? undefined : reasons[name];
  if (reason === undefined) {
    return transportError(error, { port: "logs", what, deadlineMs, deadline, caller });
  }
  return new PortError("logs", reason, `${what}: ${name}: ${message.slice(0, 300)}${hints[name] ?? ""}`, {
    cause: error,
  });
};
