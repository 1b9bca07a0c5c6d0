import { PortError } from "../ports/port-error.ts";

// The longest reply of a model is far below.
const mostBytes = 4 * 2 ** 20;

const counted = (body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> => {
  let bytes = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes <= mostBytes) return controller.enqueue(chunk);
        controller.error(new PortError("model", "too-large", `the model answered with more than ${mostBytes} bytes`));
      },
    }),
  );
};

/** For the clients of providers, which read an answer to its end however long it is. */
export const boundedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (response.body === null) return response;
  const { status, statusText, headers } = response;
  return new Response(counted(response.body), { status, statusText, headers });
};
