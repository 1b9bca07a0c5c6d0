/** Bytes of a body up to a bound; null when there are more. The rest is not read. Where somebody takes them, none is kept. */
export const boundedBytes = async (
  body: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
  take?: (chunk: Uint8Array) => void,
): Promise<Uint8Array | null> => {
  const chunks: Uint8Array[] = [];
  const keep = take ?? ((chunk: Uint8Array) => void chunks.push(chunk));
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) return null;
    keep(chunk);
  }
  return Buffer.concat(chunks);
};

/** The same body, which fails with what `tooMuch` answers once there is more than that. */
export const boundedStream = (
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  tooMuch: () => Error,
): ReadableStream<Uint8Array> => {
  let bytes = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes <= maxBytes) controller.enqueue(chunk);
        else controller.error(tooMuch());
      },
    }),
  );
};

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Wrong UTF-8 and NUL become the replacement character: Postgres stores neither. */
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes).replaceAll("\0", "\uFFFD");

const storable = (_key: string, value: unknown): unknown =>
  typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\uFFFD") : value;

/** JSON whose strings can be stored; throws SyntaxError. The reviver is slow, so only where an escape asks for it. */
export const jsonOf = (text: string): unknown =>
  /\\u(0000|[dD][89a-fA-F])/.test(text) ? JSON.parse(text, storable) : JSON.parse(text);
