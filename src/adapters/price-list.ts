import { z } from "zod";
import list from "./prices.json" with { type: "json" };
import type { Prices } from "./prices.ts";

const Price = z.number().nonnegative();
const PriceList = z.object({
  asOf: z.iso.date(),
  unit: z.string(),
  models: z.record(z.string(), z.tuple([Price, Price, Price, Price.optional()])),
});

/** What well-known models cost by their list price of the day the file names. */
export const listPrices = (): Prices => PriceList.parse(list).models;
