import { type Session, Web } from 'sip.js';

/** At most so long for candidates of this machine: the PBX is reached directly. */
const GATHERING_MS = 1000;

/** What makes and reads the SDP of a call by the browser's WebRTC. */
export function descriptionHandlers(openMicrophone: () => Promise<MediaStream>) {
  const make = Web.defaultSessionDescriptionHandlerFactory(openMicrophone);
  return (session: Session, options?: object): Web.SessionDescriptionHandler => {
    const handler = make(session, {
      ...options,
      iceGatheringTimeout: GATHERING_MS,
      // Nobody outside is asked: sip.js asks a STUN server of Google otherwise.
      peerConnectionConfiguration: { iceServers: [] },
    });
    const connection = handler.peerConnection!;
    connection.addEventListener('icecandidate', () => {
      // RFC 8445 2.5: who is lite tries no candidate of ours, and learns where we are by our checks.
      if (connection.remoteDescription?.sdp.includes('a=ice-lite')) handler.iceGatheringComplete();
    });
    return handler;
  };
}
