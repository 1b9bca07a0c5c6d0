/** [seconds since 1970, value] */
export type Points = readonly (readonly [number, number])[];

/** The straight line nearest to the points: its slope in a second, and the share of the movement that it explains. */
export const lineThrough = (points: Points): { slope: number; explained: number } => {
  const mean = (of: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(([at]) => at), mean(([, value]) => value)];
  const xy = mean(([at, value]) => (at - x) * (value - y));
  const [xx, yy] = [mean(([at]) => (at - x) ** 2), mean(([, value]) => (value - y) ** 2)];
  return xx === 0 || yy === 0 ? { slope: 0, explained: 0 } : { slope: xy / xx, explained: xy ** 2 / (xx * yy) };
};
