/** Police (报警), fire (火警), ambulance (急救), traffic accidents (交通事故). */
const EMERGENCY: ReadonlySet<string> = new Set(['110', '119', '120', '122']);

/** Whether the whole country calls that number in an emergency. */
export function isEmergencyNumber(number: string): boolean {
  return EMERGENCY.has(number);
}
