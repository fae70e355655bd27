import { isEmergencyNumber } from '../numbering/emergency-number.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';

/** Whether a number must always pass, whatever limits there are: those of the country, and the company's own. */
export function isEmergency(provisioning: Provisioned, tenant: string, number: string): boolean {
  if (isEmergencyNumber(number)) return true;
  return provisioning.snapshot.get('tenant', tenant, tenant)?.emergency?.includes(number) ?? false;
}

/** Whether some company calls that number in an emergency: its caller is not known yet. */
export function isAnyEmergency(provisioning: Provisioned, number: string): boolean {
  if (isEmergencyNumber(number)) return true;
  return provisioning.snapshot.all('tenant').some(({ emergency = [] }) => emergency.includes(number));
}
