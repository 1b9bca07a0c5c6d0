import type { Alert } from "../incident/alert.ts";
import { frameAlerts } from "./frame.ts";

/** Grafana's alerting webhook, version "1": Alertmanager's frame with more keys, of which its links are kept. */
export const fromGrafana = (payload: unknown): Alert[] => frameAlerts("grafana", "1", payload);
