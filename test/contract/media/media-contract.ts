import { describe } from 'vitest';
import { describeDigits } from './digits.ts';
import { describeLifecycle } from './lifecycle.ts';
import type { EngineUnderTest } from './media-fixture.ts';
import { describeMixing } from './mixing.ts';
import { describeNegotiation } from './negotiation.ts';
import { describePacking } from './packing.ts';
import { describePlaying } from './playing.ts';
import { describeRecording } from './recording.ts';
import { describeSecurity } from './security.ts';
import { describeStrangers } from './strangers.ts';

/** The one suite that every MediaEngine passes, as far as its capability flags promise. */
export function describeMediaEngine(engine: EngineUnderTest): void {
  const name = `MediaEngine ${engine.name}${engine.skip ? `: skipped, ${engine.skip}` : ''}`;
  describe.skipIf(engine.skip !== undefined)(name, () => {
    describeNegotiation(engine);
    describePlaying(engine);
    describeDigits(engine);
    describeRecording(engine);
    describeMixing(engine);
    describePacking(engine);
    describeSecurity(engine);
    describeStrangers(engine);
    describeLifecycle(engine);
  });
}
