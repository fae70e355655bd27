import { describe, expect, it } from 'vitest';
import type { MediaCapabilities } from '../../src/media/media.ts';
import { mediaLimits } from '../../src/media-limits.ts';
import { withCompanies } from '../../src/provisioning/from-config.ts';
import { SAMPLE, SAMPLE_ENTITIES } from '../support/companies.ts';

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
  sendDigits: true,
  srtp: true,
  webrtc: true,
  strictSources: 'all',
};
const sample = withCompanies(SAMPLE, SAMPLE_ENTITIES);
const config = {
  ...sample,
  queues: [
    { ...sample.queues[0]!, name: 'sales', record: true },
    { ...sample.queues[0]!, name: 'private', record: false },
  ],
  trunks: [{ ...sample.trunks[0]!, busyTone: true, digits: 'inband' as const }],
  sip: {
    ...sample.sip,
    listen: (['udp', 'tls', 'wss'] as const).map((transport) => ({ transport, host: '127.0.0.1', port: 0 })),
  },
};
const limits = (missing: Partial<MediaCapabilities>) => mediaLimits(config, { ...all, ...missing });

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
    ['busyTone', ['busy tone on the trunks carrier is not noticed']],
    ['inbandDigits', ['those of the trunks carrier']],
    ['webrtc', ['browsers cannot call']],
    ['srtp', ['SRTP']],
    ['audio', ['callers hear nothing']],
  ] as const)('says what happens without %s', (capability, sentences) => {
    const said = limits({ [capability]: false });
    expect(said).toEqual(sentences.map((sentence) => expect.stringContaining(sentence)));
  });

  it('does not mention what the configuration does not use', () => {
    const plain = {
      ...config,
      queues: [],
      mailboxes: [],
      trunks: [],
      sip: { ...config.sip, listen: [] },
    };
    const nothing = Object.fromEntries(Object.keys(all).map((name) => [name, name === 'audio']));
    expect(mediaLimits(plain, nothing as unknown as MediaCapabilities)).toEqual([]);
  });
});
