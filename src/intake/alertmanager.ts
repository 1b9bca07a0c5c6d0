import type { Alert } from "../incident/alert.ts";
import { frameAlerts } from "./frame.ts";

/** Alertmanager's webhook, version "4". */
export const fromAlertmanager = (payload: unknown): Alert[] => frameAlerts("alertmanager", "4", payload);
