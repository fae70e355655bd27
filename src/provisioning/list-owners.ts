import { normaliseCaller } from '../numbering/number.ts';
import type { List } from './kind/list.ts';

type Owners = ReadonlyMap<string, string>;

/** By list, with the numbers in one form: made at the first call, and anew where the list has changed. */
const known = new WeakMap<List, Owners>();

/** Work number of the agent whom a list has for a caller (专属坐席); undefined: none. */
export function ownerIn(list: List, caller: string): string | undefined {
  let owners = known.get(list);
  if (!owners) {
    owners = new Map(
      Object.entries(list.owners ?? {}).map(([number, agent]) => [normaliseCaller(number), agent]),
    );
    known.set(list, owners);
  }
  return owners.get(caller);
}
