/**
 * `pbx400/client/softphone`: a phone in a page, by WebRTC and SIP over WebSocket. It is the one of the console; the package `sip.js` is
 * installed beside it.
 *
 * @example
 * const phone = new SipSoftphone('wss://pbx.example.com');
 * await phone.connect(await fetch('/my-phone', { method: 'POST' }).then((answer) => answer.json()));
 * phone.onChange(() => phone.calls.find(({ state }) => state === 'rings')?.answer());
 */
export { mosOf } from './mos.ts';
export { SipSoftphone } from './sip-softphone.ts';
export {
  type Devices,
  type PhoneCredentials,
  PhoneError,
  type PhoneErrorCode,
  type PhoneState,
  type Softphone,
  type SoftphoneCall,
  type TalkState,
  type TalkStats,
} from './softphone.ts';
