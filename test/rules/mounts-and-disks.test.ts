import { expect, test } from "vitest";
import { foundIn, type Scene } from "./changed.ts";

const waiting =
  (reason: string, message: string) =>
  (scene: Scene): void => {
    const [status] = scene.pod().status?.containerStatuses ?? [];
    if (!status) throw new Error("no container status");
    Object.assign(status, { ready: false, restartCount: 0, lastState: {}, state: { waiting: { reason, message } } });
    for (const one of scene.objects.filter(({ kind }) => kind === "Event"))
      Object.assign(one, { reason: "Seen", message: "" });
    scene.log("");
  };

const unpacked = (why: string): string =>
  `failed to pull and unpack image "registry.test/app:1": failed to extract layer sha256:aa: write /var/lib/containerd/x: ${why}`;
const mounted = (why: string): string =>
  `runc create failed: error during container init: error mounting "/var/lib/kubelet/x" to rootfs at "/etc/app.conf": mount x:/etc/app.conf: ${why}: unknown`;

test.each([
  ["ErrImagePull", unpacked("no space left on device"), /^node-pressure Node\//],
  [
    "CreateContainerConfigError",
    'failed to prepare subPath for volumeMount "data" of container "main"',
    /^volume-mount-failed /,
  ],
  ["RunContainerError", mounted("not a directory"), /^volume-mount-failed /],
])("%s: %s", (reason, message, told) => {
  expect(foundIn("payments", waiting(reason, message))).toContainEqual(expect.stringMatching(told));
});

test("another trouble with an image or a mount is neither", () => {
  const all = [unpacked("input/output error"), mounted("permission denied")];
  const told = all.flatMap((message) => foundIn("payments", waiting("RunContainerError", message)));
  expect(told.filter((one) => /^(?:node-pressure|volume-mount-failed) /.test(one))).toEqual([]);
});
