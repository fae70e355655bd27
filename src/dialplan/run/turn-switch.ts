import type { Switches } from '../plan/switches.ts';
import { CallEndedError, type FlowCall } from './flow-call.ts';

/** A phone of the company dialled a switch's feature code: turns it over and reads 1 for on, 0 for off. */
export async function turnSwitch(call: FlowCall, name: string, switches: Switches): Promise<void> {
  try {
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
