import { crc32 as sumOf } from 'node:zlib';

/** CRC-32 of ISO 3309, as ZIP and PNG have it; `before`: the sum of what came before. */
export const crc32 = (bytes: Uint8Array, before = 0): number => sumOf(bytes, before);
