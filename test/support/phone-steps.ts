/** Where the time goes until a page that was loaded anew has its talk back: noted in the page, told by `FIGURES=1`. */
import type { Page } from 'playwright-core';

/** In each page: what its phone does, with the time since the page began. */
export const NOTES = `
{
  const notes = (globalThis.phoneNotes = []);
  const note = (what) => notes.push([what, performance.now()]);
  const Socket = globalThis.WebSocket;
  globalThis.WebSocket = class extends Socket {
    constructor(...told) {
      super(...told);
      if (!String(told[0]).endsWith('/sip')) return;
      note('SIP connects');
      this.addEventListener('open', () => note('SIP connected'));
      this.addEventListener('message', ({ data }) => note('<- ' + String(data).split('\\r\\n')[0]));
    }
    send(data) {
      if (typeof data === 'string' && data.includes('SIP/2.0')) note('-> ' + data.split('\\r\\n')[0]);
      super.send(data);
    }
  };
  const devices = navigator.mediaDevices;
  const open = devices?.getUserMedia.bind(devices);
  if (open) devices.getUserMedia = async (asked) => {
    note('microphone asked');
    const stream = await open(asked);
    note('microphone open');
    return stream;
  };
  const Connection = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Connection {
    constructor(...told) {
      super(...told);
      note('connection made');
      this.addEventListener('icegatheringstatechange', () => note('ICE gathering ' + this.iceGatheringState));
      this.addEventListener('connectionstatechange', () => note('connection ' + this.connectionState));
    }
  };
}`;

/** The steps of a page since it began to load, one a line, in the order of their time. */
export async function stepsOf(page: Page): Promise<string> {
  const steps = await page.evaluate<readonly (readonly [string, number])[]>(`[
    ...phoneNotes,
    ...performance.getEntriesByType('paint').map(({ name, startTime }) => [name, startTime]),
    ...performance.getEntriesByType('navigation').flatMap(({ responseEnd, domInteractive }) => [['document read', responseEnd], ['document parsed', domInteractive]]),
    ...performance.getEntriesByType('resource').flatMap(({ name, startTime, responseEnd }) => [[name.replace(location.origin, '') + ' asked', startTime], [name.replace(location.origin, '') + ' answered', responseEnd]]),
  ].filter(([what]) => !/\\.(css|svg)/.test(what))`);
  return [...steps]
    .sort(([, a], [, b]) => a - b)
    .map(([what, ms]) => `${String(Math.round(ms)).padStart(6)} ms  ${what}\n`)
    .join('');
}
