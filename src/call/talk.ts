import type { Call } from './call.ts';
import type { Leg } from './leg.ts';

/** Records a talk; the recording room stands behind it. */
export interface TalkRecorder {
  /** Starts at once; what goes wrong is noted in the call's record and never thrown. */
  start(call: Call): { stop(): void };
}

export interface TalkOptions {
  readonly kind: 'agent' | 'line' | 'extension';
  readonly recorder: TalkRecorder | undefined;
}

export interface TalkOutcome {
  readonly by: 'target' | 'engine';
  readonly talkMs: number;
}

/**
 * Bridges the caller with an answered leg until one of them hangs up. Resolves when the other side left and the
 * caller is still there; rejects with ClosedError when the caller hung up.
 */
export async function talk(call: Call, leg: Leg, options: TalkOptions): Promise<TalkOutcome> {
  call.assertOpen();
  const { clock, media } = call.context;
  const bridge = await media.bridge(call.caller.media, leg.media);
  const startedAt = clock.now();
  call.segment('talk', leg.name);
  call.note('connected', { target: leg.name, kind: options.kind });
  const recording = options.recorder?.start(call);
  const by = await untilOver(call, leg);
  recording?.stop();
  call.note('disconnected', { target: leg.name, by });
  leg.sip.end({ cause: 'normal' });
  call.caller.forgetDigits();
  const talkMs = clock.now() - startedAt;
  const closing = bridge.close();
  if (by === 'caller') {
    call.finish(closing);
    throw call.signal.reason;
  }
  await closing;
  call.assertOpen();
  return { by, talkMs };
}

/** Who ended the talk. */
function untilOver(call: Call, leg: Leg): Promise<'caller' | 'target' | 'engine'> {
  return new Promise((resolve) => {
    const onCallEnd = () => {
      off();
      resolve('caller');
    };
    const off = leg.sip.events.once('ended', (ending) => {
      call.signal.removeEventListener('abort', onCallEnd);
      resolve(ending.by === 'remote' ? 'target' : 'engine');
    });
    if (call.signal.aborted) onCallEnd();
    else if (leg.sip.state === 'ended') {
      off();
      resolve('target');
    } else call.signal.addEventListener('abort', onCallEnd, { once: true });
  });
}
