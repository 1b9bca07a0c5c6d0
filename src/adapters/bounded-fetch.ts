import { PortError } from "../ports/port-error.ts";
import { boundedStream } from "./bounded-body.ts";

// The longest reply of a model is far below.
const mostBytes = 4 * 2 ** 20;

const tooLarge = (): PortError =>
  new PortError("model", "too-large", `the model answered with more than ${mostBytes} bytes`);

/** For the clients of providers, which read an answer to its end however long it is. */
export const boundedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (response.body === null) return response;
  const { status, statusText, headers } = response;
  return new Response(boundedStream(response.body, mostBytes, tooLarge), { status, statusText, headers });
};
