import { formatOrigin, formatSdp, payloadTypeOf } from '../../sip/sdp/index.ts';
import { answerSections, formatsOf, type RemoteAudio, type ServerSdp } from '../audio-sdp.ts';

/**
 * A far end's SDP as rtpengine is told it: cut down to the section and the codec that we take, so that rtpengine
 * never negotiates what we do not want.
 */
export function cutDown({ session, section, codec, eventPayloadType }: RemoteAudio): string {
  const formats = formatsOf([codec], eventPayloadType);
  const attributes = section.attributes.filter((line) => {
    const payloadType = /^(?:rtpmap|fmtp|rtcp-fb):(\d+)/.exec(line)?.[1];
    return payloadType === undefined || formats.includes(payloadType);
  });
  // understood without it, but not by rtpengine
  if (eventPayloadType !== undefined && payloadTypeOf(section, 'telephone-event/8000') === undefined)
    attributes.push(`rtpmap:${eventPayloadType} telephone-event/8000`);
  return formatSdp({ ...session, media: [{ ...section, formats, attributes }] });
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
