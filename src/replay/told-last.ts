import { sha256 } from "../incident/canonical.ts";
import type { TapedSettings } from "../incident/tape.ts";

interface At {
  incidentId: string;
  fence: number;
}

/** Whether the newest visit on the tape of an incident has these settings, as far as this process can know. */
export interface ToldLast {
  is(at: At, settings: TapedSettings): boolean;
  /** They are on the tape. */
  note(at: At, settings: TapedSettings): void;
}

const most = 1_000;

/** What is forgotten, or was taped by another process in a turn between, counts as another: that costs one more visit. */
export const toldLast = (): ToldLast => {
  const last = new Map<string, { fence: number; hash: string }>();
  const put = ({ incidentId, fence }: At, hash: string): void => {
    last.delete(incidentId);
    last.set(incidentId, { fence, hash });
    const [oldest] = last.keys();
    if (last.size > most && oldest !== undefined) last.delete(oldest);
  };
  return {
    is: (at, settings) => {
      const known = last.get(at.incidentId);
      const hash = sha256(settings);
      // Each turn raises the fence by one, whoever takes it.
      if (known?.hash !== hash || at.fence - known.fence > 1) return false;
      put(at, hash);
      return true;
    },
    note: (at, settings) => put(at, sha256(settings)),
  };
};
