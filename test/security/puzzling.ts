import type { Story } from "../../src/demo/recorded-cluster/story.ts";

/** The story with all that rules are certain by taken out: pods run, are not ready, and nobody says why. */
export const puzzling = (story: Story): Story => ({
  ...story,
  world: {
    ...story.world,
    objects: story.world.objects
      .map((object) => structuredClone(object))
      .map((object) => {
        const status = object.status as
          | { phase?: string; containerStatuses?: object[]; conditions?: { type: string }[] }
          | undefined;
        if (object.kind === "Deployment")
          return {
            ...object,
            status: { ...status, conditions: status?.conditions?.filter(({ type }) => type !== "Progressing") },
          };
        if (object.kind !== "Pod" || !status?.containerStatuses) return object;
        const containerStatuses = status.containerStatuses.map((one) => ({
          ...one,
          ready: false,
          started: true,
          restartCount: 0,
          state: { running: { startedAt: "2026-11-22T14:50:00Z" } },
          lastState: {},
        }));
        return { ...object, status: { ...status, phase: "Running", containerStatuses } };
      })
      .map((object) =>
        object.kind === "Event" ? { ...object, type: "Normal", reason: "Noted", message: "noted" } : object,
      ),
    logs: new Map([...story.world.logs].map(([key]) => [key, ""])),
  },
});
