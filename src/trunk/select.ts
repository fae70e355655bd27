/** What the order of trunks for a call out depends on. */
export interface TrunkPreference {
  readonly priority: number;
  readonly weight: number;
}

/**
 * The order in which trunks are tried: lower priority first; among equals drawn by weight, so that a trunk of weight
 * 3 is first three times as often as one of weight 1 (RFC 2782's way).
 */
export function tryingOrder<Trunk extends TrunkPreference>(
  trunks: readonly Trunk[],
  random: () => number,
): Trunk[] {
  if (trunks.length < 2) return [...trunks];
  const order: Trunk[] = [];
  const rest = [...trunks].sort((a, b) => a.priority - b.priority);
  while (rest.length > 0) {
    const { priority } = rest[0]!;
    const equals = rest.filter((trunk) => trunk.priority === priority);
    const sum = equals.reduce((total, { weight }) => total + weight, 0);
    let draw = random() * sum;
    const chosen = equals.find(({ weight }) => {
      draw -= weight;
      return draw < 0;
    });
    const next = chosen ?? equals[0]!;
    order.push(next);
    rest.splice(rest.indexOf(next), 1);
  }
  return order;
}
