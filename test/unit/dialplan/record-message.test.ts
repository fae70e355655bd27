/** A message of the caller goes into a folder, with what it is about (录音到信箱). */
import { describe, expect, it } from 'vitest';
import { hangup, hotline, play, recordMessage } from '../../../src/dialplan/index.ts';
import { dialplanFixture } from '../../support/dialplan-fixture.ts';

const N = '4001234567';

describe('recordMessage', () => {
  it('takes a message with its subject, has it reviewed, and goes on', async () => {
    const plan = dialplanFixture([
      hotline(N, {
        flow: [
          recordMessage({ box: 'box', subject: '投诉', prompt: 'welcome', otherwise: hangup('busy') }),
          play('welcome'),
        ],
      }),
    ]);
    const call = await plan.run({});
    expect(call.did).toEqual([
      ...['answer', 'voicemail box 投诉 reviewed', 'play welcome', 'play goodbye', 'hangup normal'],
    ]);
    expect(call.steps).toEqual(
      expect.arrayContaining(['record-message box: 投诉', 'record-message box → kept: 5 s']),
    );
  });

  it('goes elsewhere where nothing was said', async () => {
    const plan = dialplanFixture([
      hotline(N, { flow: recordMessage({ box: 'box', review: false, otherwise: hangup('busy') }) }),
    ]);
    const call = await plan.run({ saysNothing: true });
    expect(call.did).toEqual(['answer', 'voicemail box', 'hangup busy']);
  });
});
