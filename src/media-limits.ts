import type { ListenConfig } from './config/config.ts';
import type { MediaCapabilities } from './media/media.ts';
import type { Snapshot } from './provisioning/snapshot.ts';

/**
 * What companies and listeners ask of the media engine and the engine cannot do, one sentence each, with what happens
 * instead. The PBX starts all the same. An engine without audio is for tests: only that is said of it.
 */
export function mediaLimits(
  snapshot: Snapshot,
  listen: readonly ListenConfig[],
  can: MediaCapabilities,
): string[] {
  if (!can.audio) return ['this media engine carries no audio: callers hear nothing'];
  const [mailboxes, trunks] = [snapshot.all('mailbox'), snapshot.all('trunk')];
  const rooms = snapshot.all('conference').map(({ number }) => number);
  const recorded = snapshot.all('queue').filter(({ record }) => record);
  const listens = (...names: string[]) => listen.filter(({ transport }) => names.includes(transport));
  const limits: [applies: boolean, sentence: string][] = [
    [
      !can.record && recorded.length > 0,
      `talks of the queues ${names(recorded)} are not recorded: this media engine cannot, as it is set up here`,
    ],
    [
      can.record && !can.stereoRecord && recorded.length > 0,
      `talks of the queues ${names(recorded)} are recorded with both voices in one channel`,
    ],
    [
      !can.record && mailboxes.length > 0,
      `the mailboxes ${names(mailboxes)} take no messages: this media engine cannot record, as it is set up here`,
    ],
    [
      can.record && !can.silenceDetection && mailboxes.length > 0,
      `messages in the mailboxes ${names(mailboxes)} end with #, the hang-up or 'max': silence is not noticed`,
    ],
    [
      !can.conference && rooms.length > 0,
      `the conference rooms ${rooms.join(', ')} let nobody in: this media engine cannot mix`,
    ],
    [
      !can.busyTone && trunks.some(({ busyTone }) => busyTone),
      `busy tone on the trunks ${names(trunks.filter(({ busyTone }) => busyTone))} is not noticed: calls over them end by signalling or media.rtpTimeout`,
    ],
    [
      !can.inbandDigits && trunks.some(({ digits }) => digits === 'inband'),
      `keys that come as tones are not noticed: those of the trunks ${names(trunks.filter(({ digits }) => digits === 'inband'))}`,
    ],
    [!can.webrtc && listens('ws', 'wss').length > 0, 'browsers cannot call: this media engine has no WebRTC'],
    [
      !can.srtp && listens('tls').length > 0,
      'phones that insist on SRTP cannot call: this media engine has none',
    ],
    [
      can.strictSources === 'none',
      'a stranger can take over the audio of a call: this media engine takes RTP from anybody, keep its RTP ports behind a firewall that knows phones and carriers',
    ],
  ];
  return limits.filter(([applies]) => applies).map(([, sentence]) => sentence);
}

function names(items: readonly { readonly name: string }[]): string {
  return items.map(({ name }) => name).join(', ');
}
