import { beforeEach, describe, expect, test } from 'vitest';
import type { MediaLeg } from '../../../../src/media/freeswitch/media-leg.ts';
import { Negotiation } from '../../../../src/media/freeswitch/negotiation.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';

const OURS = { address: '192.0.2.1', port: 20_000 };
const OFFICE = '203.0.113.7';
const PHONE = { address: OFFICE, port: 50_000 };

function sdpOf(address: string, port: number): string {
  return `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 8\r\n`;
}

describe('what FreeSWITCH is told of where a party sends from', () => {
  let clock: ManualClock;
  let told: string[];
  beforeEach(() => {
    clock = new ManualClock();
    told = [];
  });

  function negotiation(refusesStrangers: boolean, signallingAddress?: string): Negotiation {
    const leg = {
      server: { refusesStrangers },
      order: async (name: string, rest: string) => void told.push(`${name} ${rest}`),
      reoffer: async (sdp: string) => {
        told.push(`${/c=IN IP4 (\S+)/.exec(sdp)?.[1]}:${/m=audio (\d+)/.exec(sdp)?.[1]}`);
        return sdpOf(OURS.address, OURS.port);
      },
    } as unknown as MediaLeg;
    const options = { callId: 'call-1', ...(signallingAddress && { signallingAddress }) };
    return new Negotiation(clock, leg, sdpOf(OURS.address, OURS.port), options);
  }

  const shut = async () => void told.push('shut');
  const CLOSED = 'uuid_setvar_multi disable_rtp_auto_adjust=true';
  const OPEN =
    'uuid_setvar_multi disable_rtp_auto_adjust=false;rtp_auto_adjust_threshold=65535;remote_audio_port=';

  test('an older server takes anybody, and is told what SDP says', async () => {
    const party = negotiation(false, OFFICE);
    await party.answer(sdpOf('192.168.1.20', 4000), shut);
    expect([told, party.isShut]).toEqual([['192.168.1.20:4000'], false]);
    expect(party.look({ packets: 7, adopted: undefined })).toBe(false);
    expect(party.heard).toBe(7);
  });

  test('a party whose SDP is right is heard from there alone', async () => {
    const party = negotiation(true, OFFICE);
    await party.answer(sdpOf(OFFICE, 4000), shut);
    expect([told, party.isShut]).toEqual([[CLOSED, `${OFFICE}:4000`], false]);
  });

  test('a phone behind NAT is heard and sent to after its first packet, and stays there', async () => {
    const party = negotiation(true, OFFICE);
    await party.answer(sdpOf('192.168.1.20', 4000), shut);
    expect([told.splice(0), party.isShut]).toEqual([['shut', OPEN, `${OFFICE}:9`], true]);
    expect(party.look({ packets: 0, adopted: undefined })).toBe(false);
    expect(party.look({ packets: 4, adopted: { at: PHONE, told: { address: OFFICE, port: 9 } } })).toBe(true);
    expect([party.isShut, party.heard, party.partyAt]).toEqual([true, 1, PHONE]);
    await party.follow();
    expect([told.splice(0), party.isShut]).toEqual([[CLOSED], false]);
    await party.answer(sdpOf('192.168.1.20', 4000), shut);
    expect([told, party.isShut]).toEqual([[CLOSED, `${OFFICE}:50000`], false]);
  });

  test('a party that falls silent is listened for, which nobody hears', async () => {
    const party = negotiation(true);
    await party.answer(sdpOf(OFFICE, 4000), shut);
    party.look({ packets: 5, adopted: undefined });
    told = [];
    await clock.advance(1000);
    expect(party.look({ packets: 5, adopted: undefined })).toBe(true);
    expect(party.isShut).toBe(true);
    await party.follow();
    // FreeSWITCH takes no notice of an address that it has already
    expect(told).toEqual([OPEN, `${OFFICE}:9`, `${OFFICE}:4000`]);
  });

  test('while FreeSWITCH takes anybody a new address is not heard at once', async () => {
    const party = negotiation(true, OFFICE);
    await party.answer(sdpOf('192.168.1.20', 4000), shut);
    told = [];
    await party.answer(sdpOf(OFFICE, 4000), shut);
    expect([told, party.isShut]).toEqual([['shut', OPEN, `${OFFICE}:9`, `${OFFICE}:4000`], true]);
  });
});
