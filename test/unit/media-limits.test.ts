import { describe, expect, it } from 'vitest';
import type { MediaCapabilities } from '../../src/media/media.ts';
import { mediaLimits } from '../../src/media-limits.ts';
import { Snapshot } from '../../src/provisioning/snapshot.ts';
import { edited, entity, SAMPLE_COMPANIES } from '../support/companies.ts';

const all: MediaCapabilities = {
  audio: true,
  play: true,
  record: true,
  stereoRecord: true,
  silenceDetection: true,
  conference: true,
  echo: true,
  inbandDigits: true,
  inbandBesideEvents: true,
  busyTone: true,
  packing: true,
  fillsPauses: true,
  sendDigits: true,
  srtp: true,
  webrtc: true,
  strictSources: 'all',
};
const sales = SAMPLE_COMPANIES.get('queue', 'demo', 'sales')!;
const companies = new Snapshot(1, [
  ...edited(SAMPLE_COMPANIES, {
    queue: ({ name }) => (name === 'sales' ? { record: true } : undefined),
    trunk: { busyTone: true, digits: 'inband' },
  }),
  entity('queue', { ...sales, name: 'private', record: false }),
]);
const listen = (['udp', 'tls', 'wss'] as const).map((transport) => ({
  transport,
  host: '127.0.0.1',
  port: 0,
}));
const limits = (missing: Partial<MediaCapabilities>) =>
  mediaLimits(companies, listen, { ...all, ...missing });

describe('mediaLimits', () => {
  it('has nothing to say of an engine that can do everything', () => {
    expect(limits({})).toEqual([]);
  });

  it.each([
    [
      'record',
      ['talks of the queues sales are not recorded', 'mailboxes sales, after-hours take no messages'],
    ],
    ['stereoRecord', ['both voices in one channel']],
    ['silenceDetection', ["end with #, the hang-up or 'max'"]],
    ['conference', ['the conference rooms 700 let nobody in']],
    ['busyTone', ['busy tone on the trunks carrier is not noticed']],
    ['inbandDigits', ['those of the trunks carrier']],
    ['webrtc', ['browsers cannot call']],
    ['srtp', ['SRTP']],
    ['audio', ['callers hear nothing']],
  ] as const)('says what happens without %s', (capability, sentences) => {
    const said = limits({ [capability]: false });
    expect(said).toEqual(sentences.map((sentence) => expect.stringContaining(sentence)));
  });

  it('warns of an engine that takes audio from anybody', () => {
    expect(limits({ strictSources: 'none' })).toEqual([expect.stringContaining('behind a firewall')]);
    expect(limits({ strictSources: 'named' })).toEqual([]);
  });

  it('does not mention what the configuration does not use', () => {
    const nothing = Object.fromEntries(Object.keys(all).map((name) => [name, name === 'audio']));
    expect(mediaLimits(new Snapshot(1, []), [], nothing as unknown as MediaCapabilities)).toEqual([]);
  });
});
