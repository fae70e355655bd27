import { join } from 'node:path';

/** Characters that may stand in a file name; everything else becomes `_`. */
const UNSAFE = /[^A-Za-z0-9._+-]/g;

/** `text` as one harmless component of a path: nothing a caller sends leads out of the folder. */
export function safeName(text: string): string {
  const name = text.replace(UNSAFE, '_').slice(0, 100);
  return name === '' || /^\.+$/.test(name) ? '_' : name;
}

const formats = new Map<string, Intl.DateTimeFormat>();

const MINUTE_MS = 60_000;
let last = { timeZone: '', minute: 0, day: '' };

/** Day of a moment in a time zone, `2026-10-10`. Days begin with whole minutes, so one minute is formatted once. */
export function dayOf(at: number, timeZone: string): string {
  const minute = Math.floor(at / MINUTE_MS);
  if (minute !== last.minute || timeZone !== last.timeZone) {
    last = { timeZone, minute, day: formatDay(at, timeZone) };
  }
  return last.day;
}

function formatDay(at: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
    formats.set(timeZone, format);
  }
  return format.format(at);
}

/** Path of a call's file: `{folder}/{tenant}/{date}/{callId}{suffix}.wav`. */
export function recordingPath(
  folder: string,
  call: { readonly tenantId: string; readonly callId: string; readonly at: number },
  timeZone: string,
  suffix = '',
): string {
  const { tenantId, callId, at } = call;
  return join(folder, safeName(tenantId), dayOf(at, timeZone), `${safeName(callId)}${suffix}.wav`);
}
