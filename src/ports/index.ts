import type { Actuator } from "./actuator.ts";
import type { Archive } from "./archive.ts";
import type { Bookshelf } from "./bookshelf.ts";
import type { Clock } from "./clock.ts";
import type { Cluster } from "./cluster.ts";
import type { Ledger } from "./ledger.ts";
import type { Logs } from "./logs.ts";
import type { Memory } from "./memory.ts";
import type { Metrics } from "./metrics.ts";
import type { Model } from "./model.ts";
import type { Outbox } from "./outbox.ts";
import type { Pace } from "./pace.ts";
import type { Sources } from "./sources.ts";

/** Everything a walk may ask or do. `metrics`, `logs` and `model` are null when not configured: the report says so. */
export interface Ports {
  /** What evidence is made of: redacted. */
  cluster: Cluster;
  /** The same objects as they are, to compute a write from; nothing read here is kept, shown or sent anywhere else. */
  exact: Cluster;
  actuator: Actuator;
  metrics: Metrics | null;
  /** Where logs are kept when the kubelet has them no more. */
  logs: Logs | null;
  model: Model | null;
  bookshelf: Bookshelf;
  /** Null or absent where no other server is configured. */
  sources?: Sources | null;
  /** Null where nothing is remembered, as in the replay of an older tape. */
  memory: Memory | null;
  archive: Archive;
  ledger: Ledger;
  /** Absent or null where nobody counts, as in the replay of an older tape; the ledger counts again before each write. */
  pace?: Pace | null;
  outbox: Outbox;
  clock: Clock;
}
