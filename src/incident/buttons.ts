/** What the card's buttons and the form behind "reject" are called: written by the adapter, read back by intake. */
export const buttonIds = {
  approve: "nightshift_approve",
  reject: "nightshift_reject",
  why: "nightshift_why",
} as const;
