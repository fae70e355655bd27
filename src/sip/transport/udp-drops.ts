import { readFileSync } from 'node:fs';

/** Columns of /proc/net/udp: local address, and the count of datagrams that found the buffer full. */
const LOCAL_COLUMN = 1;
const DROPS_COLUMN = 12;

/**
 * Datagrams that the kernel has dropped on sockets of that port because their receive buffer was full, since
 * they were opened; `undefined` where the kernel does not tell (not Linux).
 */
export function readUdpDrops(port: number): number | undefined {
  try {
    return ['/proc/net/udp', '/proc/net/udp6']
      .map((file) => udpDropsIn(readFileSync(file, 'latin1'), port))
      .reduce((a, b) => a + b);
  } catch {
    return undefined;
  }
}

/** The same from the text of /proc/net/udp. */
export function udpDropsIn(table: string, port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let drops = 0;
  for (const line of table.split('\n')) {
    const columns = line.trim().split(/\s+/);
    if (columns[LOCAL_COLUMN]?.endsWith(suffix)) drops += Number(columns[DROPS_COLUMN] ?? 0);
  }
  return drops;
}
