/** This worker's turn was given to another one: it must stop and may change nothing more. */
export class TurnLost extends Error {
  constructor(incidentId: string) {
    super(`the turn on ${incidentId} was given to another worker; nothing was written`);
    this.name = "TurnLost";
  }
}
