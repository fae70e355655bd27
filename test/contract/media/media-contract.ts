import { describe } from 'vitest';
import { describeBeside } from '../../support/describe-beside.ts';
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
  const areas = {
    negotiation: describeNegotiation,
    playing: describePlaying,
    digits: describeDigits,
    recording: describeRecording,
    mixing: describeMixing,
    packing: describePacking,
    security: describeSecurity,
    strangers: describeStrangers,
    lifecycle: describeLifecycle,
  };
  describe.skipIf(engine.skip !== undefined)(name, () => {
    for (const [area, describeArea] of Object.entries(areas)) {
      if (engine.beside) describeBeside(undefined, area, () => describeArea(engine));
      else describe(area, () => describeArea(engine));
    }
  });
}
