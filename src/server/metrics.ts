import type { RequestHandler } from "express";
import { Counter, type Registry } from "prom-client";

/** Counts answers by method and status class; paths carry ids and stay out. */
export const countAnswers = (registry: Registry): RequestHandler => {
  const answers = new Counter({
    name: "nightshift_http_answers_total",
    help: "HTTP answers by method and status",
    labelNames: ["method", "status"],
    registers: [registry],
  });
  return (request, response, next) => {
    response.on("finish", () => answers.inc({ method: request.method, status: String(response.statusCode) }));
    next();
  };
};
