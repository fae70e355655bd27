import { formatOrigin, formatSdp, type MediaDescription, payloadTypeOf } from '../../sip/sdp/index.ts';
import {
  answerSections,
  formatsOf,
  type MediaAddress,
  type RemoteAudio,
  type ServerSdp,
} from '../audio-sdp.ts';

/**
 * A far end's SDP as rtpengine is told it: cut down to the section and the codec that we take, so that rtpengine
 * never negotiates what we do not want.
 * @param at instead of the address in SDP
 */
export function cutDown(
  { session, section, codec, eventPayloadType }: RemoteAudio,
  at?: MediaAddress,
): string {
  const formats = formatsOf([codec], eventPayloadType);
  const attributes = section.attributes.filter((line) => {
    const payloadType = /^(?:rtpmap|fmtp|rtcp-fb):(\d+)/.exec(line)?.[1];
    return payloadType === undefined || formats.includes(payloadType);
  });
  // understood without it, but not by rtpengine
  if (eventPayloadType !== undefined && payloadTypeOf(section, 'telephone-event/8000') === undefined)
    attributes.push(`rtpmap:${eventPayloadType} telephone-event/8000`);
  const audio = { ...section, formats, attributes };
  return formatSdp({ ...session, media: [at ? moved(audio, at) : audio] });
}

/** RTCP comes from beside RTP then, wherever SDP says (RFC 3605). */
function moved(section: MediaDescription, { address, port }: MediaAddress): MediaDescription {
  const attributes = section.attributes.filter((line) => !line.startsWith('rtcp:'));
  return { ...section, address, port, attributes };
}

/**
 * What the far end gets: rtpengine's SDP with the refused sections of `offer`, when it is the answer to one, and with
 * an origin of ours: its version counts what the far end sees, not what rtpengine was told in between.
 */
export function forParty(
  { session, section, at }: ServerSdp,
  id: number,
  version: number,
  offer?: RemoteAudio,
): string {
  const origin = formatOrigin(id, version, at.address);
  const media = offer ? answerSections(offer, section) : [section];
  return formatSdp({ ...session, origin, media });
}
