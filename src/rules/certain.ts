/** From here on a finding needs no model and no further look. */
export const certainFrom = 0.85;
