/** Today's code asks something that the incident did not ask at this point. Stops a faithful replay. */
export class NotOnTape extends Error {
  readonly call: string;
  readonly unused: readonly string[];

  constructor(call: string, unused: readonly string[]) {
    super(`${call} was not asked at this point`);
    this.name = "NotOnTape";
    this.call = call;
    this.unused = unused;
  }
}
