import type { Call } from '../call/call.ts';
import { asError } from '../shared/errors.ts';

/** The call ends with its flow, one way or the other. */
export function runFlow(call: Call, flow: Promise<unknown>): void {
  flow.then(
    () => call.end('normal'),
    (error: unknown) => {
      if (call.outcome) return;
      call.log.error({ err: error }, 'dialplan failed');
      call.note('step', { step: 'hotline', why: `failed: ${asError(error).message}` });
      call.end('dialplan-error');
    },
  );
}
