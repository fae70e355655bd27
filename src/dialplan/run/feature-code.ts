import type { Switches } from '../plan/switches.ts';
import { CallEndedError, type FlowCall } from './flow-call.ts';

/**
 * A phone of the company dialled a feature code: turns the switch over and reads 1 for on, 0 for off. Callers
 * from outside, and companies without that code, are refused.
 */
export async function runFeatureCode(
  call: FlowCall,
  name: string | undefined,
  switches: Switches,
): Promise<void> {
  try {
    if (!('extension' in call.origin) || name === undefined) {
      call.step('feature code', `${call.called} is not for this caller`);
      return await call.hangup('forbidden');
    }
    const on = switches.toggle(call.tenant, name);
    call.step(
      `switch ${name} → ${on ? 'on' : 'off'}`,
      `extension ${call.caller.number} dialled ${call.called}`,
    );
    await call.answer();
    await call.play({ digits: on ? '1' : '0' });
    await call.hangup('normal');
  } catch (error) {
    if (!(error instanceof CallEndedError)) throw error;
  }
}
