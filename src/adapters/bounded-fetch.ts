import { PortError } from "../ports/port-error.ts";
import { boundedStream } from "./bounded-body.ts";

// The longest reply of a model is far below, and so are 200 ordinary messages of a channel.
const mostBytes = 4 * 2 ** 20;

/** For clients of others, which read an answer to its end however long it is. It then fails with a PortError, `too-large`. */
export const boundedFetch = (port: string): typeof fetch => {
  const tooLarge = () => new PortError(port, "too-large", `answered with more than ${mostBytes} bytes`);
  return async (input, init) => {
    const response = await fetch(input, init);
    if (response.body === null) return response;
    const { status, statusText, headers } = response;
    return new Response(boundedStream(response.body, mostBytes, tooLarge), { status, statusText, headers });
  };
};
