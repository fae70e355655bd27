import type { Trunk } from '../provisioning/kind/trunk.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Snapshot } from '../provisioning/snapshot.ts';

/** What `make` makes of all trunks, made anew when companies have changed something. */
export function ofTrunks<Value>(
  provisioning: Provisioned,
  make: (trunks: readonly Trunk[]) => Value,
): () => Value {
  let known: { readonly snapshot: Snapshot; readonly value: Value } | undefined;
  return () => {
    const { snapshot } = provisioning;
    if (known?.snapshot !== snapshot) known = { snapshot, value: make(snapshot.all('trunk')) };
    return known.value;
  };
}
