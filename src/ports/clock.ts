export interface Clock {
  now(): Date;
}

export const isoNow = (clock: Clock): string => clock.now().toISOString();
