import type { Ladder, LadderEnd, LadderLine, LadderMessage } from './ladder.ts';

/** Between two lifelines. */
const GAP = 26;
const US = 'pbx400';

/**
 * A ladder for the terminal: a lifeline for each peer and one for us, an arrow for each message.
 *
 * ```
 *                  198.51.100.7:5060            pbx400              198.51.100.20:5062
 * 10:00:00.000             |  INVITE (SDP)         |                         |
 *                          |---------------------->|                         |
 * ```
 */
export function drawLadder({ lines, leftOut }: Ladder, timeZone: string): string {
  const peers = [...new Set(lines.filter(isMessage).map((line) => nameOf(peerOf(line))))];
  // The caller's peer is left of us, as callers are.
  const columns = [...peers.slice(0, 1), US, ...peers.slice(1)];
  const placeOf = (name: string) => Math.round(GAP / 2) + columns.indexOf(name) * GAP;
  const rows = [titles(columns, placeOf)];
  for (const line of lines) rows.push(...draw(line, columns, placeOf, timeZone));
  if (leftOut > 0) rows.push(`${' '.repeat(TIME_WIDTH)}${leftOut} messages are not here: there was no room`);
  return `${rows.map((row) => row.trimEnd()).join('\n')}\n`;
}

/** All messages of a ladder whole, each with its time, its way and the leg: for who is sent it, such as a carrier. */
export function writeMessages({ lines }: Ladder, timeZone: string): string {
  return lines
    .map((line) => {
      const time = clockOf(line.at, timeZone);
      if (line.kind === 'event') return `# ${time} ${printable(`${line.event} ${line.text}`)}\n`;
      const { from, to, transport, leg, text } = line;
      const way = `${nameOf(from)} -> ${nameOf(to)} ${transport}${leg && ` (${leg})`}`;
      return `# ${time} ${printable(way)}\n${text.split(/\r?\n/).map(printable).join('\n').trimEnd()}\n`;
    })
    .join('\n');
}

type PlaceOf = (name: string) => number;
const TIME_WIDTH = 14;

const isMessage = (line: LadderLine): line is LadderMessage => line.kind === 'message';
const peerOf = ({ direction, from, to }: LadderMessage) => (direction === 'in' ? from : to);
const nameOf = ({ address, port }: LadderEnd) =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

function titles(columns: readonly string[], placeOf: PlaceOf): string {
  const row = blank(columns.length);
  for (const name of columns) write(row, placeOf(name) - Math.floor(name.length / 2), name);
  return ' '.repeat(TIME_WIDTH) + row.join('');
}

function draw(line: LadderLine, columns: readonly string[], placeOf: PlaceOf, timeZone: string): string[] {
  const time = clockOf(line.at, timeZone).padEnd(TIME_WIDTH);
  const upper = lifelines(columns, placeOf);
  if (line.kind === 'event') {
    write(upper, placeOf(US), `* ${printable(`${line.event} ${line.text}`)}`);
    return [time + upper.join('')];
  }
  const peer = placeOf(nameOf(peerOf(line)));
  const us = placeOf(US);
  const [start, end] = line.direction === 'in' ? [peer, us] : [us, peer];
  const left = Math.min(start, end);
  write(upper, left + 2, printable(labelOf(line)).slice(0, Math.abs(end - start) - 3));
  const arrow = lifelines(columns, placeOf);
  for (let at = left + 1; at < Math.max(start, end); at++) arrow[at] = '-';
  if (end > start) arrow[end - 1] = '>';
  else arrow[end + 1] = '<';
  return [time + upper.join(''), ' '.repeat(TIME_WIDTH) + arrow.join('')];
}

/** `INVITE (SDP)`, `200 OK (INVITE)`. */
function labelOf({ firstLine, text }: LadderMessage): string {
  const sdp = /^(?:content-type|c)[ \t]*:[ \t]*application\/sdp/im.test(text) ? ' (SDP)' : '';
  if (!firstLine.startsWith('SIP/2.0 ')) return `${firstLine.split(' ', 1)[0]}${sdp}`;
  const method = /^cseq[ \t]*:[ \t]*\d+[ \t]+(\S+)/im.exec(text)?.[1] ?? '';
  return `${firstLine.slice('SIP/2.0 '.length)} (${method})${sdp}`;
}

const blank = (columns: number) => new Array<string>(columns * GAP).fill(' ');

function lifelines(columns: readonly string[], placeOf: PlaceOf): string[] {
  const row = blank(columns.length);
  for (const name of columns) row[placeOf(name)] = '|';
  return row;
}

function write(row: string[], at: number, text: string): void {
  for (const [offset, character] of [...text].entries()) row[Math.max(0, at) + offset] = character;
}

/** A peer's words must not steer the terminal. */
const printable = (text: string) => text.replace(/\p{C}/gu, '?');

/** `10:00:00.000` of the wall clock there. */
function clockOf(at: number, timeZone: string): string {
  const time = new Date(at).toLocaleTimeString('sv-SE', { timeZone });
  return `${time}.${String(at % 1000).padStart(3, '0')}`;
}
