import type { Alert } from "../incident/alert.ts";
import { frameAlerts } from "./frame.ts";

/** Grafana's alerting webhook, version "1": Alertmanager's frame with more keys, which are not needed. */
export const fromGrafana = (payload: unknown): Alert[] => frameAlerts("grafana", "1", payload);
