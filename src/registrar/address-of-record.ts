import type { Provisioned } from '../provisioning/provisioning.ts';
import type { StoredBinding } from '../store/store.ts';
import type { Place } from './domains.ts';

/** Canonical: a company's domain may change, its phones stay where they are. */
export function aorOf({ tenant, extension }: Place): string {
  return `sip:${extension}@${tenant}`;
}

/** Whose address of record it is. */
export function placeOf(aor: string): Place {
  const at = aor.lastIndexOf('@');
  return { extension: aor.slice(aor.indexOf(':') + 1, at), tenant: aor.slice(at + 1) };
}

/** The address of record that a stored one stands for; undefined: its extension is gone. */
export function canonicalAor(
  { tenantId, aor }: StoredBinding,
  { snapshot }: Provisioned,
): string | undefined {
  const { extension } = placeOf(aor);
  const exists = snapshot.get('extension', tenantId, extension);
  return exists && aorOf({ tenant: tenantId, extension });
}
